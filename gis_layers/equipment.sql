-- What stands in racks is found through its office; the map shows what stands in streets, on poles and in manholes.
SELECT e.id,
       m.kind,
       CASE WHEN :z >= 15 THEN e.code END AS code,
       (10000 * t.held / nullif(t.installed, 0))::int AS occupancy,
       nullif(e.life IN ('planned', 'designed', 'building'), false) AS planned,
       ST_AsMVTGeom(s.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM structure AS s
JOIN equipment AS e ON e.region_id = :region_id AND e.structure_id = s.id
JOIN equipment_model AS m ON m.id = e.model_id
CROSS JOIN LATERAL (
    SELECT sum(tally.in_use + tally.reserved) AS held, sum(tally.installed) AS installed
    FROM tally
    WHERE tally.region_id = :region_id
      AND tally.kind IN ('port', 'terminal', 'splitter_output')
      AND tally.owner_id = e.id
) AS t
WHERE s.region_id = :region_id
  AND e.rack_id IS NULL
  AND e.life <> 'retired'
  AND (:z >= 14 OR m.kind IN ('fibre_cabinet', 'copper_cabinet', 'dslam', 'olt', 'ag'))
  AND s.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
