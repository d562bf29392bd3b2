-- Equipment without which a live service has no number or no VLAN: its exchange, its gateway.
SELECT r.service_id AS service, w.gateway_equipment_id AS equipment
FROM service_resource AS r
JOIN service AS v ON v.region_id = :region_id AND v.id = r.service_id
JOIN vlan AS w ON w.region_id = :region_id AND w.id = r.vlan_id
WHERE r.region_id = :region_id AND r.ended_on IS NULL AND v.state IN ('active', 'suspended')
UNION ALL
SELECT r.service_id, o.equipment_id
FROM service_resource AS r
JOIN service AS v ON v.region_id = :region_id AND v.id = r.service_id
JOIN number AS n ON n.region_id = :region_id AND n.id = r.number_id
JOIN number_block AS b ON b.region_id = :region_id AND b.id = n.block_id
JOIN switch_office AS o ON o.region_id = :region_id AND o.id = b.office_id
WHERE r.region_id = :region_id AND r.ended_on IS NULL AND v.state IN ('active', 'suspended') AND o.equipment_id IS NOT NULL
