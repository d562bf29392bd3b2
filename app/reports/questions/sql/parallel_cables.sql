-- Pairs of segments of one medium in the same sections, each in use up to a part; the metres are those of the shared sections.
WITH used AS (
  SELECT t.owner_id, t.installed, t.in_use FROM tally t
  WHERE t.region_id = :region_id AND t.kind IN ('strand', 'pair') AND t.installed > 0 AND t.in_use < t.installed * CAST(:most_ratio AS float)
),
lying AS (
  SELECT DISTINCT r.section_id, s.id, s.medium, s.grid_id, u.installed, u.in_use, c.code || '/' || s.code AS code
  FROM used u
  JOIN (SELECT s.id, s.medium, s.cable_id, s.code, a.grid_id FROM cable_segment s JOIN structure a ON a.region_id = :region_id AND a.id = s.a_structure_id
        WHERE s.region_id = :region_id AND s.life = 'in_service') s ON s.id = u.owner_id
  JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
  JOIN cable_run r ON r.region_id = :region_id AND r.segment_id = s.id
)
SELECT a.id, a.code, z.code AS other, a.medium, a.grid_id, count(*)::int AS sections, sum(x.length_m) AS metres,
       a.installed, a.in_use, z.installed AS other_installed, z.in_use AS other_in_use
FROM lying a
JOIN lying z ON z.section_id = a.section_id AND z.medium = a.medium AND z.id > a.id
JOIN section x ON x.region_id = :region_id AND x.id = a.section_id
GROUP BY a.id, a.code, z.id, z.code, a.medium, a.grid_id, a.installed, a.in_use, z.installed, z.in_use
HAVING sum(x.length_m) >= :least_m
ORDER BY metres DESC, a.code, z.code
