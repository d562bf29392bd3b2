-- Rooms with racks: units and watts left, and the rectifiers of the building with what they showed last.
WITH loads AS (
  SELECT e.structure_id, sum(r.module_count)::int AS module_count, max(r.module_a) AS module_a, sum(l.value) AS load_a
  FROM equipment e
  JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'rectifier'
  JOIN power_rating r ON r.region_id = :region_id AND r.equipment_id = e.id
  LEFT JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = e.id AND p.metric = 'load_a'
                     ORDER BY p.read_on DESC LIMIT 1) l ON true
  WHERE e.region_id = :region_id AND e.life IN ('built', 'in_service', 'pending_removal')
  GROUP BY e.structure_id
)
SELECT o.id, i.code || '/' || o.code AS code, s.grid_id, count(DISTINCT k.id)::int AS rack_count,
       sum(u.installed - u.in_use - u.reserved)::bigint AS free_u, max(u.installed - u.in_use - u.reserved)::bigint AS most_free_u,
       max(w.installed - w.in_use)::bigint AS most_free_w, l.module_count, l.module_a, l.load_a
FROM room o
JOIN site i ON i.region_id = :region_id AND i.id = o.site_id
JOIN structure s ON s.region_id = :region_id AND s.id = i.structure_id
JOIN rack k ON k.region_id = :region_id AND k.room_id = o.id
LEFT JOIN tally u ON u.region_id = :region_id AND u.kind = 'rack_unit' AND u.owner_id = k.id
LEFT JOIN tally w ON w.region_id = :region_id AND w.kind = 'rack_w' AND w.owner_id = k.id
LEFT JOIN loads l ON l.structure_id = i.structure_id
WHERE o.region_id = :region_id
GROUP BY o.id, i.code, o.code, s.grid_id, l.module_count, l.module_a, l.load_a
ORDER BY 2
