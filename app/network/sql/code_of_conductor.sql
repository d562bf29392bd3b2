SELECT n.id, c.code || '/' || s.code || ':' || n.no
FROM conductor n JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
WHERE n.region_id = :region_id AND n.id = ANY(:ids)
