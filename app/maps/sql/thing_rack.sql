SELECT a.id, t.code || '/' || r.code || '/' || a.code AS code, NULL AS name_zh, NULL AS name_en, NULL AS kind, a.height_u, a.power_kw, a.change_id,
       t.id AS site_id, t.code AS site_code, r.name_zh AS room_name, s.id AS structure_id, s.code AS structure_code,
       ST_AsGeoJSON(s.geom, 7) AS geometry, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat
FROM rack AS a
JOIN room AS r ON r.region_id = :region_id AND r.id = a.room_id
JOIN site AS t ON t.region_id = :region_id AND t.id = r.site_id
JOIN structure AS s ON s.region_id = :region_id AND s.id = t.structure_id
WHERE a.region_id = :region_id AND a.id = :id
