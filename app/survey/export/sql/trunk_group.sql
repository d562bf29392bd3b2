SELECT t.code, [switch_office t.a_office_id] AS a_office, [switch_office t.z_office_id] AS z_office, t.far_end, t.direction, t.signalling, t.e1_count, t.busy_hour_erlang, t.name_zh
FROM trunk_group t WHERE t.region_id = :region ORDER BY t.code_key
