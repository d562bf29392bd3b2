-- The inputs that trees use of splitters, with how many outputs stand behind each.
SELECT p.id AS port,
       (SELECT count(*) FROM port AS q
        WHERE q.region_id = :region_id AND q.equipment_id = p.equipment_id AND q.split_no = p.split_no AND q.role = 'split_out') AS outputs
FROM circuit AS x
JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.circuit_id = x.id
JOIN port AS p ON p.region_id = :region_id AND p.id = h.port_id
WHERE x.region_id = :region_id AND x.kind = 'pon_tree' AND p.role = 'split_in'
