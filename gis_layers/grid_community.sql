SELECT g.id,
       ST_AsMVTGeom(g.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM grid AS g
WHERE g.region_id = :region_id
  AND g.level = 3
  AND g.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
