-- Buildings by the share of the homes passed that are connected; a building that nothing passes has no share.
SELECT b.id,
       'home' AS kind,
       (10000 * t.in_use / nullif(t.installed, 0))::int AS take,
       ST_AsMVTGeom(ST_Transform(b.geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM building AS b
LEFT JOIN tally AS t ON t.region_id = :region_id AND t.kind = 'home' AND t.owner_id = b.id AND t.technology = ''
WHERE b.region_id = :region_id
  AND b.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
