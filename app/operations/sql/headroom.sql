-- What the equipment at the head of a line has to spare: uplinks in Mbit/s, rectifiers of its building in A.
SELECT h.id, e.code, u.uplink_mbit, u.peak_mbit, r.rated_a, r.used_a
FROM unnest(CAST(:heads AS bigint[])) AS h (id)
JOIN equipment e ON e.region_id = :region_id AND e.id = h.id
LEFT JOIN LATERAL (
  SELECT sum(c.rate_mbit) AS uplink_mbit, sum(coalesce(c.peak_mbit, 0)) AS peak_mbit
  FROM port p JOIN circuit c ON c.region_id = :region_id AND c.a_port_id = p.id AND c.kind = 'uplink' AND c.life = 'in_service'
  WHERE p.region_id = :region_id AND p.equipment_id = h.id) u ON true
LEFT JOIN LATERAL (
  SELECT sum(t.installed) AS rated_a, sum(t.in_use) AS used_a
  FROM equipment q JOIN tally t ON t.region_id = :region_id AND t.kind = 'rectifier_a' AND t.owner_id = q.id
  WHERE q.region_id = :region_id AND q.structure_id = e.structure_id) r ON true
