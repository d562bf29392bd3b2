-- The circuits of each ring in order, with the equipment at their ends.
SELECT r.code AS ring, x.id AS circuit_id, x.code AS circuit, pa.equipment_id AS a_equipment, pz.equipment_id AS z_equipment
FROM ring AS r
JOIN ring_member AS m ON m.region_id = :region_id AND m.ring_id = r.id
JOIN circuit AS x ON x.region_id = :region_id AND x.id = m.circuit_id
LEFT JOIN port AS pa ON pa.region_id = :region_id AND pa.id = x.a_port_id
LEFT JOIN port AS pz ON pz.region_id = :region_id AND pz.id = x.z_port_id
WHERE r.region_id = :region_id
ORDER BY r.code, m.seq
