  SELECT CASE p.role WHEN 'plain' THEN 'port' WHEN 'panel' THEN 'terminal' ELSE 'splitter_output' END, e.id,
         CASE p.role WHEN 'plain' THEN p.port_type WHEN 'panel' THEN m.kind ELSE '' END, t.grid_id, p.life, p.use, p.health, p.n
  FROM (SELECT p.equipment_id, p.role, CASE p.role WHEN 'plain' THEN p.port_type ELSE '' END AS port_type, p.life, p.use, p.health, count(*) AS n
        FROM port p {only equipment p.equipment_id} WHERE p.region_id = :region_id AND p.role <> 'split_in' GROUP BY 1, 2, 3, 4, 5, 6) p
  JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
  JOIN equipment_model m ON m.id = e.model_id
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  UNION ALL
  -- A slot has no row of its own: the model says that it is there, and a card that is not retired holds it.
  SELECT 'slot', e.id, '', t.grid_id, e.life, CASE WHEN c.id IS NULL THEN 'idle' WHEN c.life IN ('planned', 'designed', 'building') THEN 'reserved' ELSE 'in_use' END,
         e.health, count(*)
  FROM equipment e {only equipment e.id}
  JOIN model_slot o ON o.model_id = e.model_id
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  LEFT JOIN card c ON c.region_id = :region_id AND c.equipment_id = e.id AND c.slot_no = o.no AND c.life <> 'retired'
  WHERE e.region_id = :region_id
  GROUP BY 1, 2, 3, 4, 5, 6, 7
