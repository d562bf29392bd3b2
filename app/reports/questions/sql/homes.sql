SELECT grid_id, sum(installed)::bigint AS homes, sum(in_use)::bigint AS connected
FROM grid_tally WHERE region_id = :region_id AND kind = 'home' GROUP BY grid_id
