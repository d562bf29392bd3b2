-- Holes of older surveys that these ways take or leave, and holes that got subducts.
WITH touched AS (
  SELECT section_id, duct_id FROM run_claim c JOIN laid_segment l ON l.segment_id = c.segment_id WHERE duct_id IS NOT NULL
  UNION SELECT d.section_id, d.parent_id FROM run_claim c JOIN laid_segment l ON l.segment_id = c.segment_id JOIN duct d ON d.region_id = :region AND d.id = c.duct_id WHERE d.parent_id IS NOT NULL
  UNION SELECT section_id, duct_id FROM left_duct
  UNION SELECT DISTINCT d.section_id, d.parent_id FROM new_duct n JOIN duct d ON d.region_id = :region AND d.section_id = n.section_id AND d.parent_id IS NOT NULL),
held AS (
  SELECT t.section_id, t.duct_id, d.life IN ('in_service', 'pending_removal') AND (
      EXISTS (SELECT 1 FROM cable_run r WHERE r.region_id = :region AND r.section_id = t.section_id AND r.duct_id = t.duct_id AND NOT r.is_planned)
      OR EXISTS (SELECT 1 FROM duct s WHERE s.region_id = :region AND s.section_id = t.section_id AND s.parent_id = t.duct_id)) AS is_held
  FROM touched t JOIN duct d ON d.region_id = :region AND d.id = t.duct_id)
UPDATE duct d SET use = CASE WHEN h.is_held THEN 'in_use' ELSE 'idle' END
FROM held h WHERE d.region_id = :region AND d.id = h.duct_id AND d.use IN ('idle', 'in_use') AND d.use <> CASE WHEN h.is_held THEN 'in_use' ELSE 'idle' END;
