  -- A string holds its ampere-hours; it needs those that carry its part of the load for the hours required of its office. The strings of
  -- an office share what its rectifiers showed last by their capacities; where no rectifier was read each carries what it showed itself.
  SELECT 'battery_ah', e.id, '', t.grid_id, e.life, x.use, e.health, x.n
  FROM (
    SELECT b.id, round(b.capacity_ah)::bigint AS installed,
           round(coalesce(o.load_a * b.capacity_ah / nullif(sum(b.capacity_ah) FILTER (WHERE b.is_installed) OVER (PARTITION BY b.structure_id), 0), b.own_a, 0)
                 * (SELECT n.ah_per_a FROM unnest(CAST(:battery_sites AS text[]), CAST(:battery_ah_per_a AS float8[])) WITH ORDINALITY AS n (site, ah_per_a, place)
                    WHERE n.site IN ('*', b.site) ORDER BY n.site = '*', n.place LIMIT 1))::bigint AS used
    FROM (
      SELECT e.id, e.structure_id, e.life IN ('built', 'in_service', 'pending_removal') AS is_installed, r.capacity_ah, l.value AS own_a,
             (SELECT i.code_key FROM site i WHERE i.region_id = :region_id AND i.structure_id = e.structure_id ORDER BY i.id LIMIT 1) AS site
      FROM equipment e
      JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'battery'
      JOIN power_rating r ON r.region_id = :region_id AND r.equipment_id = e.id AND r.capacity_ah IS NOT NULL
      LEFT JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = e.id AND p.metric = 'load_a'
                         ORDER BY p.read_on DESC LIMIT 1) l ON true
      WHERE e.region_id = :region_id AND e.life <> 'retired'
    ) b
    LEFT JOIN (
      SELECT e.structure_id, sum(l.value) AS load_a
      FROM equipment e
      JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'rectifier'
      CROSS JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = e.id AND p.metric = 'load_a'
                          ORDER BY p.read_on DESC LIMIT 1) l
      WHERE e.region_id = :region_id AND e.life IN ('built', 'in_service', 'pending_removal')
      GROUP BY 1
    ) o ON o.structure_id = b.structure_id
  ) a
  JOIN equipment e ON e.region_id = :region_id AND e.id = a.id
  {only equipment e.id}
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  CROSS JOIN LATERAL (VALUES ('in_use', least(a.used, a.installed)), ('idle', a.installed - least(a.used, a.installed))) AS x (use, n)
