WITH below AS (
  SELECT parent_id, ST_Union(geom) AS geom, sum(ST_Area(geom::geography)) AS m2 FROM grid WHERE region_id = :region_id AND parent_id IS NOT NULL GROUP BY parent_id
),
measured AS (
  SELECT g.id, ST_Area(ST_Difference(g.geom, b.geom)::geography) AS gap, ST_Area(ST_Difference(b.geom, g.geom)::geography) AS beyond,
         b.m2 - ST_Area(b.geom::geography) AS overlap
  FROM grid g JOIN below b ON b.parent_id = g.id WHERE g.region_id = :region_id
)
SELECT 'grid' AS kind, m.id, x.word || ' of ' || round(x.m2::numeric) || ' m2' AS found, 'at most ' || CAST(:tile_m2 AS numeric) || ' m2' AS expected
FROM measured m CROSS JOIN LATERAL (VALUES ('gap', m.gap), ('ground beyond its border', m.beyond), ('overlap', m.overlap)) AS x (word, m2)
WHERE x.m2 > :tile_m2
