SELECT n.id, c.code || '/' || s.code || ':' || n.no
FROM unnest(CAST(:ids AS bigint[])) AS w (id)
CROSS JOIN LATERAL (SELECT id, segment_id, no FROM conductor WHERE region_id = :region_id AND id = w.id OFFSET 0) n
JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
