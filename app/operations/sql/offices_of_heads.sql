-- The switch offices that give numbers to lines of equipment: that of its own, else those of its building, else the host.
-- Offices are few: OFFSET 0 keeps the planner from reading all equipment for them.
SELECT h.id AS head_id, o.id, CASE WHEN o.equipment_id = h.id THEN 0 WHEN e.structure_id = h.structure_id THEN 1 WHEN o.role = 'host' THEN 2 ELSE 3 END AS place
FROM equipment h
CROSS JOIN switch_office o
CROSS JOIN LATERAL (SELECT x.structure_id FROM equipment x WHERE x.region_id = :region_id AND x.id = o.equipment_id OFFSET 0) e
WHERE h.region_id = :region_id AND h.id = ANY(:heads)
  AND o.region_id = :region_id AND EXISTS (SELECT FROM number_block b WHERE b.region_id = :region_id AND b.office_id = o.id)
ORDER BY 1, 3, 2
