-- What the read of grid_tally tells, counted from the ports.
SELECT t.id, t.code, t.name_zh, t.name_en,
       count(*) FILTER (WHERE p.life IN ('built', 'in_service', 'pending_removal')) AS installed,
       count(*) FILTER (WHERE p.life IN ('built', 'in_service', 'pending_removal') AND p.use = 'in_use') AS in_use,
       count(*) FILTER (WHERE p.life IN ('built', 'in_service', 'pending_removal') AND p.use = 'reserved') AS reserved,
       count(*) FILTER (WHERE p.life IN ('built', 'in_service', 'pending_removal') AND p.use = 'releasing') AS releasing,
       count(*) FILTER (WHERE p.life IN ('built', 'in_service', 'pending_removal') AND p.use = 'idle' AND p.health IN ('faulty', 'blocked')) AS unusable,
       count(*) FILTER (WHERE p.life IN ('planned', 'designed', 'building')) AS planned
FROM port p
JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id
JOIN structure s ON s.region_id = :region AND s.id = e.structure_id
JOIN grid c ON c.region_id = :region AND c.id = s.grid_id
JOIN grid t ON t.region_id = :region AND t.id = c.parent_id
WHERE p.region_id = :region AND p.role = 'plain'
GROUP BY t.id, t.code, t.name_zh, t.name_en ORDER BY t.code
