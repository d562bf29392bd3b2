-- At low zooms only the big cables are drawn, so that a tile of a whole town stays small.
SELECT l.segment_id AS id,
       c.medium,
       (10000 * (t.in_use + t.reserved) / nullif(t.installed, 0))::int AS occupancy,
       nullif(c.life IN ('planned', 'designed', 'building'), false) AS planned,
       ST_AsMVTGeom(l.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS geom
FROM segment_line AS l
JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = l.segment_id
LEFT JOIN tally AS t
       ON t.region_id = :region_id AND t.owner_id = c.id AND t.technology = ''
      AND t.kind = CASE c.medium WHEN 'fibre' THEN 'strand' ELSE 'pair' END
WHERE l.region_id = :region_id
  AND c.life <> 'retired'
  AND (:z >= 13 OR c.conductor_count >= CASE c.medium WHEN 'fibre' THEN 48 ELSE 200 END)
  AND l.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
