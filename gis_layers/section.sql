-- Pole spans are many and short: below tile zoom 13 the cables on them show the way well enough.
SELECT s.id,
       CASE WHEN s.kind = 'duct_section' AND s.life IN ('planned', 'designed', 'building') THEN 'new_duct' ELSE s.kind END AS kind,
       (10000 * (t.in_use + t.reserved) / nullif(t.installed, 0))::int AS occupancy,
       nullif(s.life IN ('planned', 'designed', 'building'), false) AS planned,
       ST_AsMVTGeom(s.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS geom
FROM section AS s
LEFT JOIN tally AS t
       ON t.region_id = :region_id AND t.kind = 'duct' AND t.owner_id = s.id AND t.technology = ''
WHERE s.region_id = :region_id
  AND s.life <> 'retired'
  AND (:z >= 13 OR s.kind <> 'pole_span')
  AND s.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
