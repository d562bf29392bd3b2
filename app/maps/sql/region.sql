-- The region, its data version with the hour of the last change, and the box around its counties; where there are none, around its plant.
SELECT r.id, r.code, r.name_zh, r.name_en, coalesce(v.version, 0) AS version, c.at AS changed_at,
       ST_XMin(b.box) AS west, ST_YMin(b.box) AS south, ST_XMax(b.box) AS east, ST_YMax(b.box) AS north
FROM region AS r
LEFT JOIN region_state AS v ON v.region_id = r.id
LEFT JOIN change AS c ON c.region_id = r.id AND c.version = v.version
CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT ST_Extent(g.geom) FROM grid AS g WHERE g.region_id = r.id AND g.level = 1),
        (SELECT ST_Extent(s.geom) FROM structure AS s WHERE s.region_id = r.id)
    ) AS box
) AS b
WHERE r.code = :code
