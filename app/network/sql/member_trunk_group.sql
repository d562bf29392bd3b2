  -- In the busy hour as many channels are held as there are Erlang.
  SELECT 'trunk_channel', g.id, '', t.grid_id, 'in_service', x.use, 'ok', x.n
  FROM trunk_group g {only trunk_group g.id}
  JOIN switch_office o ON o.region_id = :region_id AND o.id = g.a_office_id
  JOIN equipment e ON e.region_id = :region_id AND e.id = o.equipment_id
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
  CROSS JOIN LATERAL (SELECT g.channel_count::bigint AS installed, least(g.channel_count, round(coalesce(g.busy_hour_erlang, 0)))::bigint AS used) a
  CROSS JOIN LATERAL (VALUES ('in_use', a.used), ('idle', a.installed - a.used)) AS x (use, n)
  WHERE g.region_id = :region_id
