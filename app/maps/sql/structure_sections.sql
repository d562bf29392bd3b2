SELECT s.id, s.code, s.kind, s.length_m, s.life, s.health, count(*) OVER () AS total,
       y.installed, y.in_use, y.reserved, y.releasing, y.unusable, y.planned
FROM section AS s
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.kind = 'duct' AND y.owner_id = s.id AND y.technology = ''
WHERE s.region_id = :region_id AND :id IN (s.a_structure_id, s.z_structure_id) AND s.life <> 'retired'
ORDER BY s.kind, s.code
LIMIT :limit
