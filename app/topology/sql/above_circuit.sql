-- The circuits that ride the circuit {point}, and where it is the uplink of equipment outdoors, those that lead on over it.
    SELECT circuit_id AS id FROM circuit_carrier WHERE region_id = :region_id AND lower_circuit_id = {point}
    UNION ALL
    SELECT d.id FROM (SELECT * FROM circuit WHERE region_id = :region_id AND id = {point} AND kind = 'uplink' OFFSET 0) u
    CROSS JOIN LATERAL (SELECT equipment_id FROM port WHERE region_id = :region_id AND id = u.a_port_id OFFSET 0) a
    CROSS JOIN LATERAL (SELECT id FROM equipment WHERE region_id = :region_id AND id = a.equipment_id AND rack_id IS NULL OFFSET 0) e
    CROSS JOIN LATERAL (SELECT id FROM port WHERE region_id = :region_id AND equipment_id = e.id OFFSET 0) q
    CROSS JOIN LATERAL (
      SELECT id FROM circuit WHERE region_id = :region_id AND a_port_id = q.id AND kind IN ('pon_tree', 'access')
      UNION ALL
      SELECT id FROM circuit WHERE region_id = :region_id AND z_port_id = q.id AND kind = 'uplink'
    ) d
