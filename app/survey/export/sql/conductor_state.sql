SELECT [segment t.segment_id] AS segment, array_agg(t.no ORDER BY t.no) AS strands, t.use, t.health, t.life
FROM conductor t WHERE t.region_id = :region GROUP BY t.segment_id, t.use, t.health, t.life ORDER BY t.segment_id, min(t.no)
