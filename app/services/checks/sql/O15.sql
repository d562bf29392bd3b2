-- An outer tag is held where one of the pairs under it is. What was never held counts from the day on which it was written.
SELECT 'vlan' AS kind, x.id, 'in use, held by nobody since ' || x.since_on AS found, 'held by a service, or idle' AS expected
FROM (
  SELECT v.id, coalesce((SELECT max(h.ended_on) FROM service_resource h WHERE h.region_id = :region_id AND h.vlan_id = v.id), c.at::date) AS since_on
  FROM vlan v JOIN change c ON c.region_id = :region_id AND c.id = v.change_id
  WHERE v.region_id = :region_id AND v.use = 'in_use'
    AND NOT EXISTS (SELECT FROM service_resource h WHERE h.region_id = :region_id AND h.vlan_id = v.id AND h.ended_on IS NULL)
    AND (v.c_vlan IS NOT NULL OR NOT EXISTS (
      SELECT FROM vlan w JOIN service_resource h ON h.region_id = :region_id AND h.vlan_id = w.id AND h.ended_on IS NULL
      WHERE w.region_id = :region_id AND w.gateway_equipment_id = v.gateway_equipment_id AND w.s_vlan = v.s_vlan))
) x
WHERE x.since_on < CAST(:today AS date) - CAST(:unused_days AS int)
