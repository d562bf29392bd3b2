SELECT v.id, e.code || ':' || v.s_vlan || coalesce('.' || v.c_vlan, '')
FROM vlan v JOIN equipment e ON e.region_id = :region_id AND e.id = v.gateway_equipment_id
WHERE v.region_id = :region_id AND v.id = ANY(:ids)
