-- Segments of fibre: their ends, length, and the sections that they follow in order.
SELECT g.id, k.code || '/' || g.code AS code, g.cable_id, g.a_structure_id, g.z_structure_id, g.sheath_m,
       ARRAY(SELECT r.section_id FROM cable_run AS r WHERE r.region_id = :region_id AND r.segment_id = g.id ORDER BY r.seq) AS sections
FROM cable_segment AS g
JOIN cable AS k ON k.region_id = :region_id AND k.id = g.cable_id
WHERE g.region_id = :region_id AND g.medium = 'fibre' AND g.life IN ('in_service', 'built') AND g.health IN ('ok', 'degraded')
ORDER BY g.id
