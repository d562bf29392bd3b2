-- The plainest hit first. Each arm reads an index; ~<~ is the order of the index of beginnings.
WITH begun AS MATERIALIZED (
    SELECT c.kind, c.id, c.code, c.name, c.is_alias, CASE WHEN c.code_key = :code_key THEN 0 ELSE 1 END AS rank
    FROM code_index AS c
    WHERE c.region_id = :region_id AND c.code_key LIKE :begins
    ORDER BY c.code_key USING ~<~ LIMIT :limit
), hit AS (
    SELECT * FROM begun
    UNION ALL
    (SELECT c.kind, c.id, c.code, c.name, c.is_alias, 2
     FROM code_index AS c
     WHERE :looks_inside AND (SELECT count(*) FROM begun) < :limit AND c.region_id = :region_id AND c.code_key LIKE :ends
     ORDER BY length(c.code_key), c.code_key LIMIT :limit)
    UNION ALL
    (SELECT c.kind, c.id, c.code, c.name, c.is_alias, CASE WHEN c.name = :text THEN 0 ELSE 3 END
     FROM code_index AS c
     WHERE c.region_id = :region_id AND (c.name ILIKE :name_begins OR c.name ILIKE :ends)
     LIMIT :limit)
    UNION ALL
    (SELECT c.kind, c.id, c.code, c.name, c.is_alias, 4
     FROM code_index AS c
     WHERE :looks_inside AND (SELECT count(*) FROM begun) < :limit AND c.region_id = :region_id AND c.code_key LIKE :part
     LIMIT :limit)
)
SELECT kind, id, min(code) AS code, min(name) AS name
FROM hit
GROUP BY kind, id
ORDER BY min(rank), bool_and(is_alias), length(min(code)), min(code)
LIMIT :limit
