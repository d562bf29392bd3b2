-- The splitter output from which each customer's line leaves its tree, and every splitter output within a tree.
SELECT h.circuit_id AS circuit, p.id AS port, p.equipment_id AS equipment, p.split_no::bigint AS split_no, h.seq::bigint AS seq
FROM circuit_carrier AS h
JOIN port AS p ON p.region_id = :region_id AND p.id = h.port_id
WHERE h.region_id = :region_id AND p.role = 'split_out'
