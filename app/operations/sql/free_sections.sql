-- Transmission sections with the equipment at their ends and their free channels.
SELECT c.id, c.channel_count - (SELECT count(*)::int FROM circuit_carrier k WHERE k.region_id = :region_id AND k.lower_circuit_id = c.id) AS free,
       a.equipment_id AS a_id, z.equipment_id AS z_id, ae.code AS a_code, ze.code AS z_code
FROM circuit c
JOIN port a ON a.region_id = :region_id AND a.id = c.a_port_id
JOIN port z ON z.region_id = :region_id AND z.id = c.z_port_id
JOIN equipment ae ON ae.region_id = :region_id AND ae.id = a.equipment_id
JOIN equipment ze ON ze.region_id = :region_id AND ze.id = z.equipment_id
WHERE c.region_id = :region_id AND c.kind = 'section' AND c.life = 'in_service' AND c.health IN ('ok', 'degraded') AND a.equipment_id <> z.equipment_id
ORDER BY c.id
