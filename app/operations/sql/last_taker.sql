-- Who took a port of these access points last: a reservation, else a service.
SELECT coalesce(r.code || ' (' || r.owner || ')', s.code)
FROM circuit_carrier k
JOIN port p ON p.region_id = :region_id AND p.id = k.port_id AND p.equipment_id = ANY(:ids)
LEFT JOIN reservation r ON r.region_id = :region_id AND r.circuit_id = k.circuit_id
LEFT JOIN service_resource v ON v.region_id = :region_id AND v.circuit_id = k.circuit_id AND v.ended_on IS NULL
LEFT JOIN service s ON s.region_id = :region_id AND s.id = v.service_id
WHERE k.region_id = :region_id AND coalesce(r.code, s.code) IS NOT NULL
ORDER BY k.circuit_id DESC LIMIT 1
