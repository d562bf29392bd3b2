-- PON trees with the type of their port, which tells their class.
SELECT x.id, x.code, x.channel_count, p.port_type
FROM circuit AS x
LEFT JOIN port AS p ON p.region_id = :region_id AND p.id = x.a_port_id
WHERE x.region_id = :region_id AND x.kind = 'pon_tree' AND x.life IN ('in_service', 'pending_removal')
ORDER BY x.id
