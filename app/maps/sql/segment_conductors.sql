SELECT d.no, d.life, d.use, d.health
FROM conductor AS d
WHERE d.region_id = :region_id AND d.segment_id = :id
ORDER BY d.no
