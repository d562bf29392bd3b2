-- The number after the last hole of each of some sections.
SELECT s.id AS section_id, coalesce(max(CASE WHEN d.no ~ '^[0-9]{1,6}$' THEN d.no::int END), 0) + 1 AS no
FROM section s
LEFT JOIN duct d ON d.region_id = :region_id AND d.section_id = s.id AND d.parent_id IS NULL
WHERE s.region_id = :region_id AND s.id = ANY(:sections)
GROUP BY s.id
