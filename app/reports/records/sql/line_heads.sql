-- What each service hangs on: its customer and address, the circuit that it holds, and both ends of that.
SELECT s.id AS service_id, s.code AS service_code, s.product, u.id AS customer_id, u.code AS customer_code, u.name, u.segment,
       d.id AS address_id, b.code || '/' || d.code AS address_code, d.name_zh AS address_name,
       x.id AS circuit_id, x.code AS circuit_code, x.kind AS circuit_kind, x.a_port_id, x.z_port_id,
       ae.code || '/' || a.no AS a_code, ae.id AS a_equipment_id, a.role AS a_role, am.kind AS a_model_kind,
       ze.code || '/' || z.no AS z_code, ze.id AS z_equipment_id, z.role AS z_role, zm.kind AS z_model_kind
FROM service AS s
JOIN customer AS u ON u.region_id = :region_id AND u.id = s.customer_id
LEFT JOIN address AS d ON d.region_id = :region_id AND d.id = s.address_id
LEFT JOIN building AS b ON b.region_id = :region_id AND b.id = d.building_id
LEFT JOIN service_resource AS r ON r.region_id = :region_id AND r.service_id = s.id AND r.circuit_id IS NOT NULL AND r.ended_on IS NULL
LEFT JOIN circuit AS x ON x.region_id = :region_id AND x.id = r.circuit_id
LEFT JOIN port AS a ON a.region_id = :region_id AND a.id = x.a_port_id
LEFT JOIN equipment AS ae ON ae.region_id = :region_id AND ae.id = a.equipment_id
LEFT JOIN equipment_model AS am ON am.id = ae.model_id
LEFT JOIN port AS z ON z.region_id = :region_id AND z.id = x.z_port_id
LEFT JOIN equipment AS ze ON ze.region_id = :region_id AND ze.id = z.equipment_id
LEFT JOIN equipment_model AS zm ON zm.id = ze.model_id
WHERE s.region_id = :region_id AND s.id = ANY(:ids)
ORDER BY s.id
