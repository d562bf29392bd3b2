SELECT g.id, g.code, g.name_zh, g.name_en, count(*) OVER () AS total
FROM grid AS g
WHERE g.region_id = :region_id AND g.parent_id = :id
ORDER BY g.code
LIMIT :limit
