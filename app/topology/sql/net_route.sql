-- Sections that stand, between structures that stand.
SELECT s.id, s.code, s.a_structure_id AS tail, s.z_structure_id AS head, s.length_m AS metres
FROM section AS s
WHERE s.region_id = :region_id AND s.life IN ('in_service', 'built', 'pending_removal')
ORDER BY s.id
