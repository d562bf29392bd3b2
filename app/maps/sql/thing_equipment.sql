SELECT e.id, e.code, e.name_zh, e.name_en, m.kind, m.code AS model, m.name_zh AS model_name_zh, m.name_en AS model_name_en,
       e.life, e.health, e.built_on, e.verified_at, e.serial_no, e.asset_no, e.change_id,
       s.id AS structure_id, s.code AS structure_code, a.id AS rack_id, t.code || '/' || r.code || '/' || a.code AS rack_code,
       w.first_u, w.last_u, u.name_zh AS maintainer,
       ST_AsGeoJSON(s.geom, 7) AS geometry, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat
FROM equipment AS e
JOIN equipment_model AS m ON m.id = e.model_id
JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
LEFT JOIN rack AS a ON a.region_id = :region_id AND a.id = e.rack_id
LEFT JOIN room AS r ON r.region_id = :region_id AND r.id = a.room_id
LEFT JOIN site AS t ON t.region_id = :region_id AND t.id = r.site_id
LEFT JOIN maintenance_unit AS u ON u.region_id = :region_id AND u.id = e.maintenance_unit_id
CROSS JOIN LATERAL (
    SELECT min(n.u_no) AS first_u, max(n.u_no) AS last_u
    FROM rack_unit AS n
    WHERE n.region_id = :region_id AND n.rack_id = e.rack_id AND n.equipment_id = e.id
) AS w
WHERE e.region_id = :region_id AND e.id = :id
