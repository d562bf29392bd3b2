-- Sections that each segment follows, and the structures at their ends.
SELECT r.segment_id AS segment, r.section_id AS section, s.a_structure_id AS a_structure, s.z_structure_id AS z_structure
FROM cable_run AS r
JOIN section AS s ON s.region_id = :region_id AND s.id = r.section_id
WHERE r.region_id = :region_id
