-- Holes that were dug for cables of the project go on with them; once in service they hold their cable.
UPDATE duct d SET life = :after, use = CASE WHEN :after = 'in_service' THEN 'in_use' ELSE 'idle' END
FROM cable_run r
JOIN cable_segment s ON s.region_id = :region_id AND s.id = r.segment_id AND s.project_id = :id
WHERE d.region_id = :region_id AND r.region_id = :region_id AND r.section_id = d.section_id AND r.duct_id = d.id AND d.life = ANY(:before)
