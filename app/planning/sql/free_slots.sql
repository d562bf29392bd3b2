-- Slots without a card in equipment that stands in a grid or in one inside it, with the amperes left at the weaker of its own feeds.
SELECT e.id AS equipment_id, e.code, s.no AS slot, s.card_type, e.rack_id, f.amps
FROM equipment e
JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
JOIN grid g ON g.region_id = :region_id AND g.id = t.grid_id AND (g.id = :grid OR g.parent_id = :grid)
JOIN model_slot s ON s.model_id = e.model_id AND s.card_type = ANY(:types)
LEFT JOIN LATERAL (
  SELECT min(f.breaker_a * CAST(:high_load AS float8) - coalesce(f.load_a, 0)) AS amps
  FROM power_feed f WHERE f.region_id = :region_id AND f.load_equipment_id = e.id) f ON true
WHERE e.region_id = :region_id AND e.life = 'in_service' AND e.health IN ('ok', 'degraded')
  AND NOT EXISTS (SELECT FROM card c WHERE c.region_id = :region_id AND c.equipment_id = e.id AND c.slot_no = s.no)
ORDER BY e.code, length(s.no), s.no
