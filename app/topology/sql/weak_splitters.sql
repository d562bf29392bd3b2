-- The input that a PON tree uses of each splitter, with what tells its outputs: equipment and group.
SELECT x.id AS tree, p.id AS port, p.equipment_id AS equipment, p.split_no::bigint AS split_no
FROM circuit AS x
JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.circuit_id = x.id
JOIN port AS p ON p.region_id = :region_id AND p.id = h.port_id
WHERE x.region_id = :region_id AND x.kind = 'pon_tree' AND p.role = 'split_in'
