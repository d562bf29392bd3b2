  SELECT 'vlan', e.id, '', t.grid_id, e.life, v.use, e.health, v.n
  FROM (SELECT v.gateway_equipment_id, v.use, count(*) AS n FROM vlan v {only equipment v.gateway_equipment_id} WHERE v.region_id = :region_id GROUP BY 1, 2) v
  JOIN equipment e ON e.region_id = :region_id AND e.id = v.gateway_equipment_id
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
