SELECT s.medium, s.tube_size
FROM conductor AS n
JOIN cable_segment AS s ON s.region_id = :region_id AND s.id = n.segment_id
WHERE n.region_id = :region_id AND n.id = :id
