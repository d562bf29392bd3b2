-- What is out of order is down as it should be.
SELECT 'port' AS kind, p.id, o.oper_state || ' for ' || o.source || ' at ' || to_char(o.seen_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') || ', ' || p.use || ' here' AS found,
       CASE o.oper_state WHEN 'up' THEN 'in use, or down' ELSE 'idle, or up' END AS expected
FROM port_observation o
JOIN port p ON p.region_id = :region_id AND p.id = o.port_id AND p.life IN ('in_service', 'pending_removal')
WHERE o.region_id = :region_id
  AND ((o.oper_state = 'up' AND p.use = 'idle') OR (o.oper_state = 'down' AND p.use = 'in_use' AND p.health IN ('ok', 'degraded')))
