-- The lines of a cutover's sheet, with the circuit that ends at the port and how many services and customers it carries.
SELECT m.seq, m.from_port_id, fe.code || '/' || fp.no AS from_code, m.to_port_id, te.code || '/' || tp.no AS to_code, m.state, c.code AS circuit,
       (SELECT count(DISTINCT h.service_id)::int FROM service_resource h WHERE h.region_id = :region_id AND h.ended_on IS NULL AND (h.circuit_id = c.id
          OR h.circuit_id IN (SELECT k.circuit_id FROM circuit_carrier k WHERE k.region_id = :region_id AND k.lower_circuit_id = c.id))) AS services,
       (SELECT count(DISTINCT s.customer_id)::int FROM service_resource h JOIN service s ON s.region_id = :region_id AND s.id = h.service_id
        WHERE h.region_id = :region_id AND h.ended_on IS NULL AND (h.circuit_id = c.id
          OR h.circuit_id IN (SELECT k.circuit_id FROM circuit_carrier k WHERE k.region_id = :region_id AND k.lower_circuit_id = c.id))) AS customers
FROM cutover_move m
JOIN port fp ON fp.region_id = :region_id AND fp.id = m.from_port_id
JOIN equipment fe ON fe.region_id = :region_id AND fe.id = fp.equipment_id
JOIN port tp ON tp.region_id = :region_id AND tp.id = m.to_port_id
JOIN equipment te ON te.region_id = :region_id AND te.id = tp.equipment_id
LEFT JOIN LATERAL (SELECT x.id, x.code FROM circuit x WHERE x.region_id = :region_id AND x.life <> 'retired' AND (x.a_port_id IN (m.from_port_id, m.to_port_id)
  OR x.z_port_id IN (m.from_port_id, m.to_port_id)) ORDER BY x.id LIMIT 1) c ON true
WHERE m.region_id = :region_id AND m.order_id = :id
ORDER BY m.seq
