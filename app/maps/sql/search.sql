-- The plainest hit first. Each arm reads an index, but the one for grids, which are few; ~<~ is the order of the index of beginnings.
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
    (SELECT 'grid', g.id, g.code, g.name_zh, false, CASE WHEN lower(:text) IN (lower(g.name_en), g.name_zh) THEN 0 ELSE 3 END
     FROM grid AS g
     WHERE g.region_id = :region_id AND (g.name_en ILIKE :part OR g.name_zh ILIKE :part)
     ORDER BY g.level, g.code LIMIT :limit)
    UNION ALL
    (SELECT c.kind, c.id, c.code, c.name, c.is_alias, 4
     FROM code_index AS c
     WHERE :looks_inside AND (SELECT count(*) FROM begun) < :limit AND c.region_id = :region_id AND c.code_key LIKE :part
     LIMIT :limit)
)
SELECT t.kind, t.id, t.code, coalesce(CASE WHEN :in_english THEN g.name_en ELSE g.name_zh END, t.name) AS name
FROM (
    SELECT hit.kind, hit.id, min(hit.code) AS code, min(hit.name) AS name, min(hit.rank) AS rank, bool_and(hit.is_alias) AS is_alias
    FROM hit
    GROUP BY hit.kind, hit.id
    ORDER BY min(hit.rank), bool_and(hit.is_alias), length(min(hit.code)), min(hit.code)
    LIMIT :limit
) AS t
LEFT JOIN grid AS g ON g.region_id = :region_id AND t.kind = 'grid' AND g.id = t.id
ORDER BY t.rank, t.is_alias, length(t.code), t.code
