SELECT n.id, CASE s.medium WHEN 'fibre' THEN 'strand' ELSE 'pair' END AS kind, n.segment_id AS owner_id, '' AS technology, s.medium AS role,
       b.code || '/' || s.code || ':' || n.no AS code, n.life, n.use, n.health
FROM conductor n
JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id
JOIN cable b ON b.region_id = :region_id AND b.id = s.cable_id
WHERE n.region_id = :region_id AND n.id = ANY(:ids)
ORDER BY n.id
FOR NO KEY UPDATE OF n
