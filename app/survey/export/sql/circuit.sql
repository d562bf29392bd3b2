-- Circuits of lines follow from their services, and are not exported.
SELECT t.code, t.kind, t.topology, t.rate, t.rate_mbit, t.peak_mbit, t.channel_count, t.protection, [equipment a.equipment_id] AS a_equipment, a.no AS a_port, [equipment z.equipment_id] AS z_equipment, z.no AS z_port,
       t.name_zh, t.life, t.use, t.health
FROM circuit t LEFT JOIN port a ON a.region_id = :region AND a.id = t.a_port_id LEFT JOIN port z ON z.region_id = :region AND z.id = t.z_port_id WHERE t.region_id = :region AND t.kind <> 'access' ORDER BY t.code_key
