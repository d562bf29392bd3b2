SELECT [circuit t.circuit_id] AS circuit, t.path_no, t.seq, [segment c.segment_id] AS segment, c.no AS strand, [equipment p.equipment_id] AS equipment, p.no AS port, [circuit t.lower_circuit_id] AS lower_circuit, t.channel_no
FROM circuit_carrier t JOIN circuit o ON o.region_id = :region AND o.id = t.circuit_id AND o.kind NOT IN ('access', 'pon_tree')
LEFT JOIN conductor c ON c.region_id = :region AND c.id = t.conductor_id LEFT JOIN port p ON p.region_id = :region AND p.id = t.port_id
WHERE t.region_id = :region ORDER BY t.circuit_id, t.path_no, t.seq
