-- Segments that end here, and those that only pass through the sections that meet here.
WITH near AS (
    SELECT c.id, true AS ends
    FROM cable_segment AS c
    WHERE c.region_id = :region_id AND c.a_structure_id = :id
    UNION ALL
    SELECT c.id, true
    FROM cable_segment AS c
    WHERE c.region_id = :region_id AND c.z_structure_id = :id
    UNION ALL
    SELECT r.segment_id, false
    FROM section AS s
    JOIN cable_run AS r ON r.region_id = :region_id AND r.section_id = s.id
    WHERE s.region_id = :region_id AND s.a_structure_id = :id
    UNION ALL
    SELECT r.segment_id, false
    FROM section AS s
    JOIN cable_run AS r ON r.region_id = :region_id AND r.section_id = s.id
    WHERE s.region_id = :region_id AND s.z_structure_id = :id
), seen AS (
    SELECT near.id, bool_or(near.ends) AS ends FROM near GROUP BY near.id
)
SELECT c.id, k.code || '/' || c.code AS code, c.medium AS kind, c.conductor_count, c.life, c.health, seen.ends, count(*) OVER () AS total,
       y.installed, y.in_use, y.reserved, y.releasing, y.unusable, y.planned
FROM seen
JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = seen.id
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.owner_id = c.id AND y.technology = ''
      AND y.kind = CASE c.medium WHEN 'fibre' THEN 'strand' ELSE 'pair' END
WHERE c.life <> 'retired'
ORDER BY seen.ends DESC, k.code, c.code
LIMIT :limit
