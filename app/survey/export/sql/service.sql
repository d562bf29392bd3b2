-- What a service holds, or held last; its line is found again from its access port.
SELECT t.code, [customer t.customer_id] AS customer, [address t.address_id] AS address, t.product, t.rate_mbit, t.sla, t.state, t.started_on, t.ended_on, t.end_reason,
       CASE WHEN c.kind = 'access' THEN e.code END AS access_equipment, CASE WHEN c.kind = 'access' THEN p.no END AS access_port, CASE WHEN c.kind <> 'access' THEN c.code END AS circuit, n.digits AS number,
       [equipment v.gateway_equipment_id] AS gateway, v.s_vlan, v.c_vlan
FROM service t
LEFT JOIN LATERAL (SELECT max(h.circuit_id) AS circuit_id, max(h.number_id) AS number_id, max(h.vlan_id) AS vlan_id FROM service_resource h WHERE h.region_id = :region AND h.service_id = t.id AND h.ended_on IS NULL) h ON true
LEFT JOIN circuit c ON c.region_id = :region AND c.id = h.circuit_id LEFT JOIN port p ON p.region_id = :region AND p.id = coalesce(c.z_port_id, c.a_port_id) LEFT JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id
LEFT JOIN number n ON n.region_id = :region AND n.id = h.number_id LEFT JOIN vlan v ON v.region_id = :region AND v.id = h.vlan_id
WHERE t.region_id = :region ORDER BY t.code_key
