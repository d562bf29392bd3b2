UPDATE cable_run r SET is_planned = false FROM cable_segment s
WHERE r.region_id = :region_id AND s.region_id = :region_id AND s.id = r.segment_id AND s.project_id = :id AND r.is_planned
