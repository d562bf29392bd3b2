-- Structures in which segments of one medium end.
SELECT t.id, t.code
FROM structure AS t
WHERE t.region_id = :region_id AND EXISTS (
    SELECT FROM cable_segment AS g
    WHERE g.region_id = :region_id AND g.medium = :speciality AND g.life IN ('in_service', 'built', 'pending_removal')
      AND (g.a_structure_id = t.id OR g.z_structure_id = t.id)
)
ORDER BY t.id
