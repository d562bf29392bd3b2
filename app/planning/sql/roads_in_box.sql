SELECT ST_AsBinary(r.geom) FROM road r
WHERE r.region_id = :region_id AND r.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
ORDER BY r.id
