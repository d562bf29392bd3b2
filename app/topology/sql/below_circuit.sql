-- The circuits that the circuit {point} rides, and where it ends at equipment outdoors, the uplinks of that.
    SELECT lower_circuit_id AS id FROM circuit_carrier WHERE region_id = :region_id AND circuit_id = {point} AND lower_circuit_id IS NOT NULL
    UNION ALL
    SELECT u.id FROM (SELECT * FROM circuit WHERE region_id = :region_id AND id = {point} AND kind IN ('access', 'uplink') OFFSET 0) x
    CROSS JOIN LATERAL (
      SELECT equipment_id FROM port WHERE region_id = :region_id AND id = CASE x.kind WHEN 'access' THEN x.a_port_id ELSE x.z_port_id END OFFSET 0
    ) p
    CROSS JOIN LATERAL (SELECT id FROM equipment WHERE region_id = :region_id AND id = p.equipment_id AND rack_id IS NULL OFFSET 0) e
    CROSS JOIN LATERAL (SELECT id FROM port WHERE region_id = :region_id AND equipment_id = e.id OFFSET 0) q
    CROSS JOIN LATERAL (SELECT id FROM circuit WHERE region_id = :region_id AND a_port_id = q.id AND kind = 'uplink' AND life = 'in_service' OFFSET 0) u
