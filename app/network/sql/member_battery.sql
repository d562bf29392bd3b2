  -- A string holds its ampere-hours; it needs those that carry its part of the newest load for the hours required of its office.
  -- Strings that feed the same thing share its load by their capacities; one that feeds nothing measured carries what it showed itself.
  SELECT 'battery_ah', e.id, '', t.grid_id, e.life, x.use, e.health, x.n
  FROM (
    SELECT b.id, b.structure_id, b.life, b.health, round(b.capacity_ah)::bigint AS installed,
           round(coalesce(b.fed_a * b.capacity_ah / sum(b.capacity_ah) FILTER (WHERE b.life IN ('built', 'in_service', 'pending_removal')) OVER (PARTITION BY b.fed_id), b.own_a, 0)
                 * (SELECT n.ah_per_a FROM unnest(CAST(:battery_sites AS text[]), CAST(:battery_ah_per_a AS float8[])) WITH ORDINALITY AS n (site, ah_per_a, place)
                    WHERE n.site IN ('*', b.site) ORDER BY n.site = '*', n.place LIMIT 1))::bigint AS used
    FROM (
      SELECT e.id, e.structure_id, e.life, e.health, r.capacity_ah, f.fed_id, f.fed_a, i.code_key AS site,
             (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = e.id AND p.metric = 'load_a' ORDER BY p.read_on DESC LIMIT 1) AS own_a
      FROM equipment e
      JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'battery'
      JOIN power_rating r ON r.region_id = :region_id AND r.equipment_id = e.id AND r.capacity_ah IS NOT NULL
      LEFT JOIN LATERAL (
        SELECT f.load_equipment_id AS fed_id, p.value AS fed_a
        FROM power_feed f CROSS JOIN LATERAL (
          SELECT p.value FROM power_reading p
          WHERE p.region_id = :region_id AND p.equipment_id = f.load_equipment_id AND p.metric = 'load_a' ORDER BY p.read_on DESC LIMIT 1) p
        WHERE f.region_id = :region_id AND f.source_equipment_id = e.id ORDER BY f.side, f.id LIMIT 1) f ON true
      LEFT JOIN LATERAL (SELECT i.code_key FROM site i WHERE i.region_id = :region_id AND i.structure_id = e.structure_id ORDER BY i.id LIMIT 1) i ON true
      WHERE e.region_id = :region_id AND e.life <> 'retired'
    ) b
  ) a
  JOIN equipment e ON e.region_id = :region_id AND e.id = a.id
  {only equipment e.id}
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  CROSS JOIN LATERAL (VALUES ('in_use', least(a.used, a.installed)), ('idle', a.installed - least(a.used, a.installed))) AS x (use, n)
