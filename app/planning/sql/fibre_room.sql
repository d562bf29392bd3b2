-- Holes and subducts that a new cable can take in some sections, subducts first; holes that hold subducts or a cable are none.
SELECT d.section_id, p.no AS parent_no, d.no
FROM duct d
LEFT JOIN duct p ON p.region_id = :region_id AND p.id = d.parent_id
WHERE d.region_id = :region_id AND d.section_id = ANY(:sections) AND d.use = 'idle' AND d.life = 'in_service' AND d.health IN ('ok', 'degraded')
  AND NOT EXISTS (SELECT FROM duct c WHERE c.region_id = :region_id AND c.section_id = d.section_id AND c.parent_id = d.id)
  AND NOT EXISTS (SELECT FROM cable_run r WHERE r.region_id = :region_id AND r.section_id = d.section_id AND r.duct_id = d.id)
ORDER BY d.section_id, d.parent_id IS NULL, length(p.no), p.no, length(d.no), d.no
