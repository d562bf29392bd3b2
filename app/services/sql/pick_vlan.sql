-- The next free VLAN: under the outer tag that other lines of the head hold, else any with an inner tag; what others have locked is passed over.
WITH head_circuit AS (
  SELECT c.id FROM circuit c JOIN port p ON p.region_id = :region_id AND p.id = c.a_port_id AND p.equipment_id = :head WHERE c.region_id = :region_id AND c.life <> 'retired'
),
neighbour AS (
  SELECT v.gateway_equipment_id, v.s_vlan
  FROM (SELECT id FROM head_circuit UNION ALL SELECT k.circuit_id FROM circuit_carrier k JOIN head_circuit t ON t.id = k.lower_circuit_id WHERE k.region_id = :region_id) c
  JOIN service_resource h ON h.region_id = :region_id AND h.circuit_id = c.id AND h.ended_on IS NULL
  JOIN service_resource r ON r.region_id = :region_id AND r.service_id = h.service_id AND r.vlan_id IS NOT NULL AND r.ended_on IS NULL
  JOIN vlan v ON v.region_id = :region_id AND v.id = r.vlan_id
  LIMIT 1
)
SELECT v.id, e.code || ':' || concat_ws('.', v.s_vlan, v.c_vlan) AS code, v.use, v.gateway_equipment_id
FROM vlan v
JOIN equipment e ON e.region_id = :region_id AND e.id = v.gateway_equipment_id
WHERE v.region_id = :region_id AND v.use = 'idle' AND v.c_vlan IS NOT NULL
ORDER BY (v.gateway_equipment_id, v.s_vlan) = (SELECT gateway_equipment_id, s_vlan FROM neighbour) DESC NULLS LAST, v.gateway_equipment_id, v.s_vlan, v.c_vlan
LIMIT 1
FOR NO KEY UPDATE OF v SKIP LOCKED
