-- Live services with the circuit that they hold; -1 for those that hold none.
SELECT v.id AS service, v.customer_id AS customer, (u.segment = 'large')::int::bigint AS is_large, coalesce(r.circuit_id, -1) AS circuit
FROM service AS v
JOIN customer AS u ON u.region_id = :region_id AND u.id = v.customer_id
LEFT JOIN service_resource AS r ON r.region_id = :region_id AND r.service_id = v.id AND r.ended_on IS NULL AND r.circuit_id IS NOT NULL
WHERE v.region_id = :region_id AND v.state IN ('active', 'suspended')
