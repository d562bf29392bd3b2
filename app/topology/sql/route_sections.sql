-- Sections of the route graph with the places for one more cable in each. A hole with subducts takes no cable itself (K6), a subduct takes one
-- (K7); a hole that a cable lies in counts as taken. Planned ducts and cables count neither way.
WITH hole AS (
    SELECT d.section_id,
           count(*) FILTER (WHERE d.is_subduct) AS free_subducts,
           count(*) FILTER (WHERE NOT d.is_subduct) AS free_ducts
    FROM duct AS d
    WHERE d.region_id = :region_id AND d.life = 'in_service' AND d.use = 'idle' AND d.health IN ('ok', 'degraded')
      AND NOT EXISTS (SELECT FROM duct AS c WHERE c.region_id = :region_id AND c.section_id = d.section_id AND c.parent_id = d.id)
      AND NOT EXISTS (
          SELECT FROM cable_run AS r WHERE r.region_id = :region_id AND r.section_id = d.section_id AND r.duct_id = d.id AND NOT r.is_planned
      )
    GROUP BY d.section_id
), cable AS (
    SELECT r.section_id, count(DISTINCT r.segment_id) AS cables
    FROM cable_run AS r
    WHERE r.region_id = :region_id AND NOT r.is_planned
    GROUP BY r.section_id
)
SELECT s.id, s.code, s.kind, s.life, s.health, s.a_structure_id, s.z_structure_id, s.length_m,
       coalesce(h.free_ducts, 0) AS free_ducts, coalesce(h.free_subducts, 0) AS free_subducts, coalesce(c.cables, 0) AS cables
FROM section AS s
LEFT JOIN hole AS h ON h.section_id = s.id
LEFT JOIN cable AS c ON c.section_id = s.id
WHERE s.region_id = :region_id AND s.life <> 'retired'
ORDER BY s.id
