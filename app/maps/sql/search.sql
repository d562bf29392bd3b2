-- Codes by their beginning, names by any part; the plainest hit first.
WITH hit AS (
    (SELECT c.kind, c.id, c.code, c.name, c.is_alias,
            CASE WHEN c.code_key = :code_key THEN 0 ELSE 1 END AS rank
     FROM code_index AS c
     WHERE c.region_id = :region_id AND c.code_key LIKE :prefix
     ORDER BY c.code_key LIMIT :limit)
    UNION ALL
    (SELECT c.kind, c.id, c.code, c.name, c.is_alias, CASE WHEN c.name = :text THEN 0 ELSE 2 END
     FROM code_index AS c
     WHERE c.region_id = :region_id AND c.name ILIKE :part
     LIMIT :limit)
    UNION ALL
    (SELECT c.kind, c.id, c.code, c.name, c.is_alias, 3
     FROM code_index AS c
     WHERE :digs AND c.region_id = :region_id AND c.code_key LIKE :part
     LIMIT :limit)
)
SELECT kind, id, min(code) AS code, min(name) AS name, bool_and(is_alias) AS is_alias, min(rank) AS rank
FROM hit
GROUP BY kind, id
ORDER BY min(rank), bool_and(is_alias), length(min(code)), min(code)
LIMIT :limit
