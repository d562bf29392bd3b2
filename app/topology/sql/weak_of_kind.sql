-- Equipment of some kinds, and segments where the speciality is a medium.
SELECT 'equipment' AS kind, e.id
FROM equipment AS e
JOIN equipment_model AS m ON m.id = e.model_id
WHERE e.region_id = :region_id AND m.kind = ANY(:kinds)
UNION ALL
SELECT 'segment', g.id FROM cable_segment AS g WHERE g.region_id = :region_id AND g.medium = :medium
