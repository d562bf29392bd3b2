SELECT o.id, o.code, o.name_zh, o.role AS kind, o.change_id, e.id AS equipment_id, e.code AS equipment_code, h.id AS host_id, h.code AS host_code,
       s.id AS structure_id, s.code AS structure_code, ST_AsGeoJSON(s.geom, 7) AS geometry, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat
FROM switch_office AS o
JOIN equipment AS e ON e.region_id = :region_id AND e.id = o.equipment_id
JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
LEFT JOIN switch_office AS h ON h.region_id = :region_id AND h.id = o.host_id
WHERE o.region_id = :region_id AND o.id = :id
