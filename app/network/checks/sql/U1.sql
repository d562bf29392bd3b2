WITH held AS (
  SELECT duct_id AS id FROM cable_run WHERE region_id = :region_id AND duct_id IS NOT NULL AND NOT is_planned
  UNION
  SELECT parent_id FROM duct WHERE region_id = :region_id AND parent_id IS NOT NULL AND life IN ('built', 'in_service', 'pending_removal')
)
SELECT 'duct' AS kind, d.id, d.use AS found, 'in_use' AS expected
FROM duct d JOIN held h ON h.id = d.id
WHERE d.region_id = :region_id AND d.life IN ('in_service', 'pending_removal') AND d.use NOT IN ('in_use', 'releasing')
