SELECT u.id, u.code, u.name_zh, u.name_en, u.kind, count(*) OVER () AS total
FROM grid_maintenance_unit AS m
JOIN maintenance_unit AS u ON u.region_id = :region_id AND u.id = m.unit_id
WHERE m.region_id = :region_id AND m.grid_id = :id
ORDER BY u.kind, u.code
LIMIT :limit
