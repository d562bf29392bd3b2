-- What carries each path of each circuit; -1 where the row is of another sort. An end port of the circuit counts for all its paths (path 0).
SELECT x.id AS circuit,
       CASE WHEN p.id IN (x.a_port_id, x.z_port_id) THEN 0 ELSE h.path_no END::bigint AS path,
       coalesce(h.conductor_id, -1) AS conductor, coalesce(n.segment_id, -1) AS segment,
       coalesce(h.port_id, -1) AS port, coalesce(p.equipment_id, -1) AS equipment,
       coalesce(h.lower_circuit_id, -1) AS lower
FROM circuit AS x
JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.circuit_id = x.id
LEFT JOIN conductor AS n ON n.region_id = :region_id AND n.id = h.conductor_id
LEFT JOIN port AS p ON p.region_id = :region_id AND p.id = h.port_id
WHERE x.region_id = :region_id AND x.life IN ('in_service', 'pending_removal')
