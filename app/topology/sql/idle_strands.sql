-- Strands that could be given out: idle, sound, in service, in a segment that is.
SELECT c.id, c.segment_id
FROM conductor AS c
JOIN cable_segment AS g ON g.region_id = :region_id AND g.id = c.segment_id
WHERE c.region_id = :region_id AND g.medium = 'fibre' AND g.life IN ('in_service', 'built') AND g.health IN ('ok', 'degraded')
  AND c.life = 'in_service' AND c.use = 'idle' AND c.health IN ('ok', 'degraded')
ORDER BY c.id
