SELECT [equipment t.gateway_equipment_id] AS gateway, t.s_vlan, array_agg(t.c_vlan ORDER BY t.c_vlan) FILTER (WHERE t.c_vlan IS NOT NULL) AS c_vlans, t.purpose, t.use
FROM vlan t WHERE t.region_id = :region GROUP BY t.gateway_equipment_id, t.s_vlan, t.c_vlan IS NULL, t.purpose, t.use ORDER BY t.gateway_equipment_id, t.s_vlan, min(t.c_vlan)
