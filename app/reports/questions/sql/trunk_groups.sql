SELECT id, code, e1_count, channel_count, coalesce(busy_hour_erlang, 0) AS busy_hour_erlang
FROM trunk_group WHERE region_id = :region_id ORDER BY code
