-- The next free VLAN: under the outer tag that other lines of the head hold, else any with an inner tag; what others have locked is passed over.
WITH neighbour AS (
  SELECT v.gateway_equipment_id, v.s_vlan
  FROM (
    SELECT c.id FROM port p JOIN circuit c ON c.region_id = :region_id AND c.a_port_id = p.id AND c.life <> 'retired'
    WHERE p.region_id = :region_id AND p.equipment_id = :head
    OFFSET 0
  ) t
  CROSS JOIN LATERAL (
    SELECT t.id UNION ALL SELECT k.circuit_id FROM circuit_carrier k WHERE k.region_id = :region_id AND k.lower_circuit_id = t.id OFFSET 0
  ) c
  JOIN service_resource h ON h.region_id = :region_id AND h.circuit_id = c.id AND h.ended_on IS NULL
  JOIN service_resource r ON r.region_id = :region_id AND r.service_id = h.service_id AND r.vlan_id IS NOT NULL AND r.ended_on IS NULL
  JOIN vlan v ON v.region_id = :region_id AND v.id = r.vlan_id
  LIMIT 1
),
beside AS (
  SELECT v.id, v.s_vlan, v.c_vlan, v.use, v.gateway_equipment_id
  FROM vlan v
  WHERE v.region_id = :region_id AND v.use = 'idle' AND v.c_vlan IS NOT NULL
    AND v.gateway_equipment_id = (SELECT gateway_equipment_id FROM neighbour) AND v.s_vlan = (SELECT s_vlan FROM neighbour)
  ORDER BY v.c_vlan
  LIMIT 1
  FOR NO KEY UPDATE OF v SKIP LOCKED
),
first AS (
  SELECT v.id, v.s_vlan, v.c_vlan, v.use, v.gateway_equipment_id
  FROM vlan v
  WHERE v.region_id = :region_id AND v.use = 'idle' AND v.c_vlan IS NOT NULL AND NOT EXISTS (SELECT FROM beside)
  ORDER BY v.gateway_equipment_id, v.s_vlan, v.c_vlan
  LIMIT 1
  FOR NO KEY UPDATE OF v SKIP LOCKED
)
SELECT v.id, e.code || ':' || concat_ws('.', v.s_vlan, v.c_vlan) AS code, v.use, v.gateway_equipment_id
FROM (SELECT * FROM beside UNION ALL SELECT * FROM first) v
JOIN equipment e ON e.region_id = :region_id AND e.id = v.gateway_equipment_id
