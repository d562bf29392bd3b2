-- Segments of one medium between structures.
SELECT g.id, k.code || '/' || g.code AS code, g.a_structure_id AS tail, g.z_structure_id AS head, g.sheath_m AS metres
FROM cable_segment AS g
JOIN cable AS k ON k.region_id = :region_id AND k.id = g.cable_id
WHERE g.region_id = :region_id AND g.medium = :speciality AND g.life IN ('in_service', 'built', 'pending_removal')
ORDER BY g.id
