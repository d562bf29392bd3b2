SELECT s.id, s.code, s.name_zh, s.name_en, s.kind, s.life, s.health, s.built_on, s.accuracy_m, s.verified_at, s.change_id,
       t.id AS site_id, t.code AS site_code, t.name_zh AS site_name,
       g.id AS grid_id, g.code AS grid_code, g.name_zh AS grid_name_zh, g.name_en AS grid_name_en,
       p.name_zh AS town_name_zh, p.name_en AS town_name_en, u.name_zh AS maintainer,
       ST_AsGeoJSON(s.geom, 7) AS geometry, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat
FROM structure AS s
LEFT JOIN site AS t ON t.region_id = :region_id AND t.structure_id = s.id
LEFT JOIN grid AS g ON g.region_id = :region_id AND g.id = s.grid_id
LEFT JOIN grid AS p ON p.region_id = :region_id AND p.id = g.parent_id
LEFT JOIN maintenance_unit AS u ON u.region_id = :region_id AND u.id = s.maintenance_unit_id
WHERE s.region_id = :region_id AND s.id = :id
ORDER BY t.id
LIMIT 1
