SELECT c.id, k.code || '/' || c.code AS code, c.medium AS kind, c.conductor_count, c.life, c.health, count(*) OVER () AS total,
       y.installed, y.in_use, y.reserved, y.releasing, y.unusable, y.planned
FROM (SELECT DISTINCT r.segment_id FROM cable_run AS r WHERE r.region_id = :region_id AND r.section_id = :id) AS here
JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = here.segment_id
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.owner_id = c.id AND y.technology = ''
      AND y.kind = CASE c.medium WHEN 'fibre' THEN 'strand' ELSE 'pair' END
WHERE c.life <> 'retired'
ORDER BY k.code, c.code
LIMIT :limit
