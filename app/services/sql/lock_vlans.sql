SELECT v.id, e.code || ':' || concat_ws('.', v.s_vlan, v.c_vlan) AS code, v.use, v.gateway_equipment_id
FROM vlan v
JOIN equipment e ON e.region_id = :region_id AND e.id = v.gateway_equipment_id
WHERE v.region_id = :region_id AND v.id = ANY(:ids)
ORDER BY v.id
FOR NO KEY UPDATE OF v
