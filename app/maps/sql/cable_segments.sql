SELECT c.id, k.code || '/' || c.code AS code, c.medium AS kind, c.conductor_count, c.sheath_m, c.life, c.health, count(*) OVER () AS total,
       y.installed, y.in_use, y.reserved, y.releasing, y.unusable, y.planned
FROM cable_segment AS c
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.owner_id = c.id AND y.technology = ''
      AND y.kind = CASE c.medium WHEN 'fibre' THEN 'strand' ELSE 'pair' END
WHERE c.region_id = :region_id AND c.cable_id = :id
ORDER BY c.code
LIMIT :limit
