-- The tree that each group of a splitter is lit by: its input, how far it splits, the circuit with its free channels. Of two inputs of a
-- group the one that is lit comes first.
SELECT i.equipment_id AS splitter_id, i.split_no, i.id * 8 + 6 AS leave_key,
       (SELECT count(*)::int FROM port o
        WHERE o.region_id = :region_id AND o.equipment_id = i.equipment_id AND o.split_no = i.split_no AND o.role = 'split_out') AS outputs,
       t.id AS tree_id, t.code AS tree_code, t.life, t.use, t.health,
       t.channel_count - (SELECT count(*)::int FROM circuit_carrier r WHERE r.region_id = :region_id AND r.lower_circuit_id = t.id) AS free_channels,
       h.equipment_id AS head_id
FROM port i
JOIN joint_end j ON j.region_id = :region_id AND j.end_key = i.id * 8 + 6
LEFT JOIN circuit_carrier k ON k.region_id = :region_id AND k.port_id = i.id
LEFT JOIN circuit t ON t.region_id = :region_id AND t.id = k.circuit_id AND t.kind = 'pon_tree'
LEFT JOIN port h ON h.region_id = :region_id AND h.id = t.a_port_id
WHERE i.region_id = :region_id AND i.equipment_id = ANY(:splitters) AND i.role = 'split_in'
ORDER BY i.equipment_id, i.split_no, t.id IS NULL, i.id
