-- Book value by community and year in which the plant went into service.
SELECT o.grid_id, extract(year FROM o.in_service_on)::int AS year, sum(o.asset_value_fen)::bigint AS fen
FROM (
  SELECT s.grid_id, e.in_service_on, e.asset_value_fen FROM equipment e
  JOIN structure s ON s.region_id = :region_id AND s.id = e.structure_id
  WHERE e.region_id = :region_id AND e.life <> 'retired'
  UNION ALL
  SELECT s.grid_id, c.in_service_on, c.asset_value_fen FROM cable_segment c
  JOIN structure s ON s.region_id = :region_id AND s.id = c.a_structure_id
  WHERE c.region_id = :region_id AND c.life <> 'retired'
  UNION ALL
  SELECT s.grid_id, x.in_service_on, x.asset_value_fen FROM section x
  JOIN structure s ON s.region_id = :region_id AND s.id = x.a_structure_id
  WHERE x.region_id = :region_id AND x.life <> 'retired'
) o
WHERE o.asset_value_fen IS NOT NULL AND o.in_service_on IS NOT NULL
GROUP BY 1, 2
