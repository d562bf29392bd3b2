SELECT 'equipment' AS kind, e.id, count(*) || ' ports ' || string_agg(DISTINCT p.use, ', ') AS found, 'none: it is retired' AS expected
FROM port p
JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
LEFT JOIN card c ON c.region_id = :region_id AND c.id = p.card_id
WHERE p.region_id = :region_id AND p.life <> 'retired' AND p.use <> 'idle' AND (e.life = 'retired' OR c.life = 'retired')
GROUP BY e.id
UNION ALL
SELECT 'equipment', e.id, count(*) || ' units of a rack', 'none: it is retired'
FROM rack_unit u JOIN equipment e ON e.region_id = :region_id AND e.id = u.equipment_id
WHERE u.region_id = :region_id AND e.life = 'retired'
GROUP BY e.id
