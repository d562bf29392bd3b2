CREATE TEMPORARY TABLE project_owner ON COMMIT DROP AS
SELECT 'segment' AS kind, id FROM cable_segment WHERE region_id = :region_id AND project_id = :id
UNION SELECT 'section', id FROM section WHERE region_id = :region_id AND project_id = :id
UNION SELECT 'equipment', id FROM equipment WHERE region_id = :region_id AND project_id = :id
UNION SELECT 'section', d.section_id FROM project_claim c JOIN duct d ON d.region_id = :region_id AND d.id = c.duct_id WHERE c.region_id = :region_id AND c.project_id = :id
UNION SELECT 'segment', n.segment_id FROM project_claim c JOIN conductor n ON n.region_id = :region_id AND n.id = c.conductor_id WHERE c.region_id = :region_id AND c.project_id = :id
UNION SELECT 'section', r.section_id FROM cable_run r JOIN cable_segment s ON s.region_id = :region_id AND s.id = r.segment_id
      WHERE r.region_id = :region_id AND s.project_id = :id AND r.duct_id IS NOT NULL
