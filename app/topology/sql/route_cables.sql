-- Which cable lies in which section: what fails together.
SELECT DISTINCT r.section_id, g.cable_id
FROM cable_run AS r
JOIN cable_segment AS g ON g.region_id = :region_id AND g.id = r.segment_id
WHERE r.region_id = :region_id AND NOT r.is_planned
ORDER BY r.section_id, g.cable_id
