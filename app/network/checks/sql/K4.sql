SELECT 'segment' AS kind, s.id, coalesce(c.n, 0) || ' rows, numbers ' || coalesce(c.low || '..' || c.high, 'none') AS found, s.conductor_count || ' rows, numbers 1..' || s.conductor_count AS expected
FROM cable_segment s
LEFT JOIN (SELECT segment_id, count(*) AS n, min(no) AS low, max(no) AS high FROM conductor WHERE region_id = :region_id GROUP BY 1) c ON c.segment_id = s.id
WHERE s.region_id = :region_id AND s.life <> 'retired' AND (coalesce(c.n, 0), c.low, c.high) IS DISTINCT FROM (s.conductor_count::bigint, 1::smallint, s.conductor_count)
UNION ALL
SELECT 'segment', s.id, s.conductor_count || ' in tubes of ' || s.tube_size, m.conductor_count || ' in tubes of ' || m.tube_size || ' as ' || m.code || ' has'
FROM cable_segment s JOIN equipment_model m ON m.id = s.model_id
WHERE s.region_id = :region_id AND (s.conductor_count, s.tube_size) IS DISTINCT FROM (m.conductor_count, m.tube_size)
