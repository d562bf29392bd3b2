SELECT 'equipment' AS kind, e.id, 'reaches unit ' || max(u.u_no) AS found, 'at most ' || k.height_u AS expected
FROM rack_unit u JOIN rack k ON k.region_id = :region_id AND k.id = u.rack_id JOIN equipment e ON e.region_id = :region_id AND e.id = u.equipment_id
WHERE u.region_id = :region_id AND u.u_no > k.height_u
GROUP BY e.id, k.height_u
UNION ALL
SELECT 'equipment', e.id, count(u.u_no) || ' units', m.height_u || ' as ' || m.code || ' is high'
FROM equipment e JOIN equipment_model m ON m.id = e.model_id AND m.height_u > 0
LEFT JOIN rack_unit u ON u.region_id = :region_id AND u.equipment_id = e.id
WHERE e.region_id = :region_id AND e.rack_id IS NOT NULL AND e.life <> 'retired'
GROUP BY e.id, m.height_u, m.code HAVING count(u.u_no) <> m.height_u
UNION ALL
SELECT 'equipment', e.id, 'units in another rack than ' || k.code, 'one rack'
FROM equipment e JOIN rack k ON k.region_id = :region_id AND k.id = e.rack_id
WHERE e.region_id = :region_id AND EXISTS (SELECT FROM rack_unit u WHERE u.region_id = :region_id AND u.equipment_id = e.id AND u.rack_id <> e.rack_id)
UNION ALL
SELECT 'rack', k.id, round((sum(p.power_w) / 1000)::numeric, 2) || ' kW', 'at most ' || k.power_kw || ' kW'
FROM rack k JOIN (
  SELECT e.rack_id, m.power_w FROM equipment e JOIN equipment_model m ON m.id = e.model_id
  WHERE e.region_id = :region_id AND e.life IN ('built', 'in_service', 'pending_removal')
  UNION ALL
  SELECT e.rack_id, m.power_w FROM card c JOIN equipment e ON e.region_id = :region_id AND e.id = c.equipment_id JOIN equipment_model m ON m.id = c.model_id
  WHERE c.region_id = :region_id AND c.life IN ('built', 'in_service', 'pending_removal')
) p ON p.rack_id = k.id
WHERE k.region_id = :region_id AND k.power_kw IS NOT NULL
GROUP BY k.id, k.power_kw HAVING sum(p.power_w) / 1000 > k.power_kw + 1e-9
