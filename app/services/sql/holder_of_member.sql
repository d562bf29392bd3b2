-- Who has a port, strand, pair, number or VLAN: a reservation, else a service, else a circuit.
WITH held (circuit_id, number_id, vlan_id) AS (
  SELECT k.circuit_id, NULL::bigint, NULL::bigint FROM circuit_carrier k WHERE k.region_id = :region_id AND k.conductor_id = CAST(:conductor_id AS bigint)
  UNION ALL SELECT k.circuit_id, NULL, NULL FROM circuit_carrier k WHERE k.region_id = :region_id AND k.port_id = CAST(:port_id AS bigint)
  UNION ALL SELECT NULL, CAST(:number_id AS bigint), CAST(:vlan_id AS bigint)
)
SELECT coalesce(r.code || ' (' || r.owner || ')', s.code, c.code) AS holder
FROM held h
LEFT JOIN circuit c ON c.region_id = :region_id AND c.id = h.circuit_id
LEFT JOIN reservation r ON r.region_id = :region_id AND (r.circuit_id = h.circuit_id OR r.number_id = h.number_id OR r.vlan_id = h.vlan_id)
LEFT JOIN service_resource v ON v.region_id = :region_id AND v.ended_on IS NULL AND (v.circuit_id = h.circuit_id OR v.number_id = h.number_id OR v.vlan_id = h.vlan_id)
LEFT JOIN service s ON s.region_id = :region_id AND s.id = v.service_id
WHERE coalesce(r.code, s.code, c.code) IS NOT NULL
LIMIT 1
