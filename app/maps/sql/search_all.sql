-- Reads every code and name once: for words that are too short for the indexes.
SELECT kind, id, min(code) AS code, min(name) AS name
FROM (
    SELECT c.kind, c.id, c.code, c.name, c.is_alias
    FROM code_index AS c
    WHERE c.region_id = :region_id AND (c.code_key LIKE :part OR c.name ILIKE :part)
    LIMIT :limit
) AS hit
GROUP BY kind, id
ORDER BY bool_and(is_alias), length(min(code)), min(code)
