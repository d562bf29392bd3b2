SELECT CASE WHEN k.port_id IS NULL THEN 'conductor' ELSE 'port' END AS kind, coalesce(k.port_id, k.conductor_id) AS id, 'idle, and carries ' || c.code AS found, 'in_use' AS expected
FROM circuit_carrier k
JOIN circuit c ON c.region_id = :region_id AND c.id = k.circuit_id AND c.life IN ('in_service', 'pending_removal')
LEFT JOIN conductor n ON n.region_id = :region_id AND n.id = k.conductor_id
LEFT JOIN port p ON p.region_id = :region_id AND p.id = k.port_id
WHERE k.region_id = :region_id AND coalesce(n.use, p.use) = 'idle'
