-- What each end in a PON tree is joined to.
SELECT e.end_key AS here, e.mate_key AS there
FROM circuit AS x
JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.circuit_id = x.id
JOIN joint_end AS e ON e.region_id = :region_id AND e.conductor_id = h.conductor_id
WHERE x.region_id = :region_id AND x.kind = 'pon_tree'
UNION ALL
SELECT e.end_key, e.mate_key
FROM circuit AS x
JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.circuit_id = x.id
JOIN joint_end AS e ON e.region_id = :region_id AND e.port_id = h.port_id
WHERE x.region_id = :region_id AND x.kind = 'pon_tree'
