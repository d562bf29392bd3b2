SELECT t.prefix::text AS prefix, t.routing_table, p.prefix::text AS parent, [equipment t.gateway_equipment_id] AS gateway, t.purpose, t.use
FROM ip_prefix t LEFT JOIN ip_prefix p ON p.region_id = :region AND p.id = t.parent_id WHERE t.region_id = :region ORDER BY t.routing_table, t.prefix
