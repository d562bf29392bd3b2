  -- Amperes are members too, whole ones; what is drawn beyond the rating is a matter for a check, not for a count.
  SELECT a.kind, e.id, '', t.grid_id, e.life, x.use, e.health, x.n
  FROM (
    SELECT 'rectifier_a' AS kind, r.equipment_id AS id, round(r.module_count * r.module_a)::bigint AS installed, round(coalesce(l.value, 0))::bigint AS used
    FROM power_rating r {only equipment r.equipment_id}
    JOIN equipment e ON e.region_id = :region_id AND e.id = r.equipment_id
    JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'rectifier'
    LEFT JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = r.equipment_id AND p.metric = 'load_a'
                       ORDER BY p.read_on DESC LIMIT 1) l ON true
    WHERE r.region_id = :region_id AND r.module_count IS NOT NULL
    UNION ALL
    SELECT 'feed_a', f.source_equipment_id, round(sum(f.breaker_a))::bigint, round(coalesce(sum(f.load_a), 0))::bigint
    FROM power_feed f {only equipment f.source_equipment_id} WHERE f.region_id = :region_id GROUP BY 2 HAVING sum(f.breaker_a) IS NOT NULL
  ) a
  JOIN equipment e ON e.region_id = :region_id AND e.id = a.id
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  CROSS JOIN LATERAL (VALUES ('in_use', least(a.used, a.installed)), ('idle', a.installed - least(a.used, a.installed))) AS x (use, n)
