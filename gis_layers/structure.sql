-- A tile of a whole county shows its offices alone, read from the few rows of site; the switched-off half is never run.
SELECT s.id,
       'office' AS kind,
       s.code,
       NULL::boolean AS planned,
       ST_AsMVTGeom(s.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM structure AS s
WHERE :z < 13
  AND s.region_id = :region_id
  AND s.id IN (SELECT site.structure_id FROM site WHERE site.region_id = :region_id)
  AND s.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
UNION ALL
SELECT s.id,
       CASE WHEN site.id IS NOT NULL THEN 'office' ELSE s.kind END,
       CASE WHEN :z >= 15 THEN s.code END,
       nullif(s.life IN ('planned', 'designed', 'building'), false),
       ST_AsMVTGeom(s.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 32, true)
FROM structure AS s
LEFT JOIN site ON site.region_id = :region_id AND site.structure_id = s.id
WHERE :z >= 13
  AND s.region_id = :region_id
  AND s.life <> 'retired'
  AND (:z >= 14 OR s.kind NOT IN ('pole', 'marker'))
  AND s.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
