SELECT r.id,
       ST_AsMVTGeom(ST_Transform(r.geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS geom
FROM road AS r
WHERE r.region_id = :region_id
  AND r.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
