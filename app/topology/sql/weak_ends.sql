-- The equipment at the ends of each circuit.
SELECT x.id AS circuit, p.equipment_id AS equipment
FROM circuit AS x
JOIN port AS p ON p.region_id = :region_id AND p.id IN (x.a_port_id, x.z_port_id)
WHERE x.region_id = :region_id AND x.life IN ('in_service', 'pending_removal')
