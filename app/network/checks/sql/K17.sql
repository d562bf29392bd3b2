SELECT 'card' AS kind, c.id, 'slot ' || c.slot_no AS found, 'a slot of ' || m.code AS expected
FROM card c JOIN equipment e ON e.region_id = :region_id AND e.id = c.equipment_id JOIN equipment_model m ON m.id = e.model_id
WHERE c.region_id = :region_id AND c.life <> 'retired' AND NOT EXISTS (SELECT FROM model_slot o WHERE o.model_id = e.model_id AND o.no = c.slot_no)
UNION ALL
SELECT 'port', p.id, p.role || coalesce(' of group ' || p.split_no, ''), coalesce(o.role || coalesce(' of group ' || o.split_no, ''), 'no such port') || ' in ' || m.code
FROM port p
LEFT JOIN card c ON c.region_id = :region_id AND c.id = p.card_id
JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
JOIN equipment_model m ON m.id = coalesce(c.model_id, e.model_id)
LEFT JOIN model_port o ON o.model_id = m.id AND o.no = CASE WHEN c.id IS NULL THEN p.no ELSE substr(p.no, length(c.slot_no) + 2) END
WHERE p.region_id = :region_id AND p.life <> 'retired' AND ((p.role, p.split_no) IS DISTINCT FROM (o.role, o.split_no) OR (c.id IS NOT NULL AND NOT starts_with(p.no, c.slot_no || '/')))
