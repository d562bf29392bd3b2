-- What the ends of idle strands are joined to: another conductor, or a port with the structure it stands in, whether a strand on its back may
-- be patched at its front, and what its front is joined to.
SELECT e.end_key, e.mate_key, p.id AS port_id, q.structure_id,
       p.role = 'panel' AND p.life = 'in_service' AND p.use = 'idle' AND p.health IN ('ok', 'degraded') AS is_free, f.mate_key AS front_key
FROM conductor AS c
JOIN cable_segment AS g ON g.region_id = :region_id AND g.id = c.segment_id
JOIN joint_end AS e ON e.region_id = :region_id AND e.conductor_id = c.id
JOIN joint AS j ON j.region_id = :region_id AND j.id = e.joint_id
LEFT JOIN port AS p ON p.region_id = :region_id AND p.id = CASE WHEN e.mate_key & 7 >= 4 THEN e.mate_key >> 3 END
LEFT JOIN equipment AS q ON q.region_id = :region_id AND q.id = p.equipment_id
LEFT JOIN joint_end AS f ON f.region_id = :region_id AND f.end_key = p.id * 8 + 5
WHERE c.region_id = :region_id AND g.medium = 'fibre' AND g.life IN ('in_service', 'built') AND g.health IN ('ok', 'degraded')
  AND c.life = 'in_service' AND c.use = 'idle' AND c.health IN ('ok', 'degraded') AND j.life IN ('in_service', 'built')
