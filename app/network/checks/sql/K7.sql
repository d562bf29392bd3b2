SELECT 'duct' AS kind, duct_id AS id, count(*) || ' segments, ' || count(*) FILTER (WHERE is_bundle) || ' of them bundles' AS found, 'all bundles, or one segment' AS expected
FROM cable_run WHERE region_id = :region_id AND is_subduct AND NOT is_planned
GROUP BY duct_id HAVING count(*) > 1 AND NOT bool_and(is_bundle)
UNION ALL
SELECT DISTINCT 'segment', s.id, CASE WHEN r.is_planned THEN 'run planned' ELSE 'run live' END, 'as the segment, which is ' || s.life
FROM cable_run r JOIN cable_segment s ON s.region_id = :region_id AND s.id = r.segment_id
WHERE r.region_id = :region_id AND r.is_planned <> (s.life IN ('planned', 'designed', 'building', 'retired'))
  AND NOT (s.life = 'retired')
