-- The routes of some segments, in the order given: sections with their coils, the structures at both ends, and who looks after each: the
-- section's own unit, else one of the community in which it begins.
SELECT r.segment_id, r.seq, s.id AS section_id, s.code AS section, s.length_m, r.slack_before_m, r.slack_after_m, r.is_reversed,
       a.code AS a_code, z.code AS z_code, coalesce(u.code, o.code) AS unit, coalesce(u.name_zh, o.name_zh) AS unit_zh
FROM cable_run r
JOIN section s ON s.region_id = :region_id AND s.id = r.section_id
JOIN structure a ON a.region_id = :region_id AND a.id = s.a_structure_id
JOIN structure z ON z.region_id = :region_id AND z.id = s.z_structure_id
LEFT JOIN maintenance_unit u ON u.region_id = :region_id AND u.id = s.maintenance_unit_id
LEFT JOIN LATERAL (
  SELECT w.code, w.name_zh FROM grid_maintenance_unit g
  JOIN maintenance_unit w ON w.region_id = :region_id AND w.id = g.unit_id
  WHERE g.region_id = :region_id AND g.grid_id = a.grid_id
  ORDER BY w.kind <> 'maintenance', w.code LIMIT 1
) o ON true
WHERE r.region_id = :region_id AND r.segment_id = ANY(:segments)
ORDER BY array_position(CAST(:segments AS bigint[]), r.segment_id), r.seq
