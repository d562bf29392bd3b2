-- What the head of a service's line has to spare on its uplinks.
SELECT e.code, sum(u.rate_mbit - coalesce(u.peak_mbit, 0)) AS spare
FROM service_resource h
JOIN circuit c ON c.region_id = :region_id AND c.id = h.circuit_id
LEFT JOIN circuit_carrier k ON k.region_id = :region_id AND k.circuit_id = c.id AND k.lower_circuit_id IS NOT NULL AND k.seq = 1 AND k.path_no = 1
LEFT JOIN circuit t ON t.region_id = :region_id AND t.id = k.lower_circuit_id
JOIN port p ON p.region_id = :region_id AND p.id = coalesce(t.a_port_id, c.a_port_id)
JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
JOIN port q ON q.region_id = :region_id AND q.equipment_id = e.id
JOIN circuit u ON u.region_id = :region_id AND u.a_port_id = q.id AND u.kind = 'uplink' AND u.life = 'in_service'
WHERE h.region_id = :region_id AND h.service_id = :id AND h.ended_on IS NULL AND h.circuit_id IS NOT NULL
GROUP BY e.code
