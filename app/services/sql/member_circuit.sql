  -- Channels of what other circuits ride: each riding circuit holds one.
  SELECT a.kind, a.id, a.technology, t.grid_id, a.life, x.use, a.health, x.n
  FROM (
    SELECT CASE c.kind WHEN 'pon_tree' THEN 'pon_split' ELSE 'channel' END AS kind, c.id, CASE c.kind WHEN 'pon_tree' THEN '' ELSE coalesce(c.rate, '') END AS technology,
           c.a_port_id, c.life, c.health, c.channel_count::bigint AS installed, least(c.channel_count, coalesce(r.n, 0)) AS used
    FROM circuit c {only circuit c.id}
    LEFT JOIN (SELECT lower_circuit_id, count(*) AS n FROM circuit_carrier WHERE region_id = :region_id AND lower_circuit_id IS NOT NULL GROUP BY 1) r
      ON r.lower_circuit_id = c.id
    WHERE c.region_id = :region_id AND (c.kind = 'pon_tree' OR c.kind IN ('section', 'trail', 'wavelength') AND c.channel_count > 1)
  ) a
  LEFT JOIN port p ON p.region_id = :region_id AND p.id = a.a_port_id
  LEFT JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
  LEFT JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  CROSS JOIN LATERAL (VALUES ('in_use', a.used), ('idle', a.installed - a.used)) AS x (use, n)
