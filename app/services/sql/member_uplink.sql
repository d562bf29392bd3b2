  SELECT 'uplink_mbit', c.id, '', t.grid_id, c.life, x.use, c.health, x.n
  FROM circuit c {only circuit c.id}
  LEFT JOIN port p ON p.region_id = :region_id AND p.id = c.a_port_id
  LEFT JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
  LEFT JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  CROSS JOIN LATERAL (SELECT round(c.rate_mbit)::bigint AS installed, round(least(c.rate_mbit, coalesce(c.peak_mbit, 0)))::bigint AS used) a
  CROSS JOIN LATERAL (VALUES ('in_use', a.used), ('idle', a.installed - a.used)) AS x (use, n)
  WHERE c.region_id = :region_id AND c.kind = 'uplink' AND c.rate_mbit IS NOT NULL
