SELECT r.id,
       r.reason,
       ST_AsMVTGeom(ST_Transform(r.geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM unmet_request AS r
WHERE r.region_id = :region_id
  AND r.state = 'open'
  AND r.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
