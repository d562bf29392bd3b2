-- What carries circuits, each in order, with the role of its ports.
SELECT k.path_no, k.seq, CASE WHEN k.conductor_id IS NOT NULL THEN 'conductor' WHEN k.port_id IS NOT NULL THEN 'port' ELSE 'channel' END AS kind,
       coalesce(k.conductor_id, k.port_id, k.lower_circuit_id) AS id, k.channel_no, p.role, p.equipment_id, m.medium
FROM circuit_carrier k
LEFT JOIN port p ON p.region_id = :region_id AND p.id = k.port_id
LEFT JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
LEFT JOIN equipment_model m ON m.id = e.model_id
WHERE k.region_id = :region_id AND k.circuit_id = ANY(:ids)
ORDER BY k.circuit_id, k.path_no, k.seq
