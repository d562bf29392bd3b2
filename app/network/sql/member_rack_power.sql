  -- Watts of the models that stand in the rack; a rack whose limit nobody wrote down has no capacity to count.
  SELECT 'rack_w', a.id, '', a.grid_id, 'in_service', x.use, 'ok', x.n
  FROM (SELECT r.id, t.grid_id, round(r.power_kw * 1000)::bigint AS installed, round(coalesce(sum(p.power_w), 0))::bigint AS used
        FROM rack r {only rack r.id}
        JOIN room o ON o.region_id = :region_id AND o.id = r.room_id
        JOIN site i ON i.region_id = :region_id AND i.id = o.site_id
        JOIN structure t ON t.region_id = :region_id AND t.id = i.structure_id
        LEFT JOIN (
          SELECT e.rack_id, m.power_w FROM equipment e JOIN equipment_model m ON m.id = e.model_id
          WHERE e.region_id = :region_id AND e.rack_id IS NOT NULL AND e.life IN ('built', 'in_service', 'pending_removal')
          UNION ALL
          SELECT e.rack_id, m.power_w FROM card c JOIN equipment e ON e.region_id = :region_id AND e.id = c.equipment_id JOIN equipment_model m ON m.id = c.model_id
          WHERE c.region_id = :region_id AND e.rack_id IS NOT NULL AND c.life IN ('built', 'in_service', 'pending_removal')
        ) p ON p.rack_id = r.id
        WHERE r.region_id = :region_id AND r.power_kw IS NOT NULL
        GROUP BY r.id, t.grid_id, r.power_kw) a
  CROSS JOIN LATERAL (VALUES ('in_use', least(a.used, a.installed)), ('idle', a.installed - least(a.used, a.installed))) AS x (use, n)
