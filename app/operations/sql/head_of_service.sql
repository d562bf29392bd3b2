-- The equipment of the line port of a service.
SELECT p.equipment_id
FROM service_resource h
JOIN circuit c ON c.region_id = :region_id AND c.id = h.circuit_id
JOIN port p ON p.region_id = :region_id AND p.id = c.a_port_id
WHERE h.region_id = :region_id AND h.service_id = :id AND h.ended_on IS NULL AND h.circuit_id IS NOT NULL
