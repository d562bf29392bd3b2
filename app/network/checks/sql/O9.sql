-- Somebody saw that it is taken, and nobody knows by what.
WITH held AS (
  SELECT duct_id AS id FROM cable_run WHERE region_id = :region_id AND duct_id IS NOT NULL AND NOT is_planned
  UNION
  SELECT parent_id FROM duct WHERE region_id = :region_id AND parent_id IS NOT NULL AND life IN ('built', 'in_service', 'pending_removal')
)
SELECT 'duct' AS kind, d.id, 'in use, and no cable recorded in it' AS found, 'the cable that lies in it' AS expected
FROM duct d
WHERE d.region_id = :region_id AND d.life IN ('in_service', 'pending_removal') AND d.use = 'in_use' AND NOT EXISTS (SELECT FROM held h WHERE h.id = d.id)
