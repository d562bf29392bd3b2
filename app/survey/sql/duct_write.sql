-- What runs take, by section and number: a hole that holds a live cable or a subduct is in use.
CREATE TEMP TABLE duct_taken ON COMMIT DROP AS
SELECT DISTINCT r.section_id, r.duct_no, r.subduct_no FROM r_cable_run r JOIN cable_segment g ON g.region_id = :region AND g.id = r.segment_id
WHERE NOT r.bad AND r.duct_no IS NOT NULL AND g.life NOT IN ('planned', 'designed', 'building', 'retired');

CREATE TEMP TABLE new_duct ON COMMIT DROP AS
SELECT c.source_no, c.row_no, c.section_id, c.parent_no, c.no, c.inner_mm, c.face_row, coalesce(c.life, s.life) AS life, coalesce(c.health, 'ok') AS health
FROM duct_claim c JOIN r_duct r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad
JOIN section s ON s.region_id = :region AND s.id = c.section_id
WHERE c.dup_no = 1 AND c.parent_no IS NULL AND NOT EXISTS (SELECT 1 FROM duct d WHERE d.region_id = :region AND d.section_id = c.section_id AND d.parent_id IS NULL AND d.no = c.no::text)
UNION ALL
SELECT c.source_no, c.row_no, c.section_id, c.parent_no, c.no, c.inner_mm, c.face_row, coalesce(c.life, s.life), coalesce(c.health, 'ok')
FROM duct_claim c JOIN r_duct r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad
JOIN section s ON s.region_id = :region AND s.id = c.section_id
WHERE c.dup_no = 1 AND c.parent_no IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM duct d JOIN duct h ON h.region_id = :region AND h.id = d.parent_id
  WHERE d.region_id = :region AND d.section_id = c.section_id AND d.no = c.no::text AND h.no = c.parent_no::text);

ANALYZE new_duct;

INSERT INTO duct (region_id, section_id, no, row_no, inner_mm, life, use, health, change_id)
SELECT :region, n.section_id, n.no::text, n.face_row, n.inner_mm, n.life,
       CASE WHEN n.life IN ('in_service', 'pending_removal') AND (t.section_id IS NOT NULL OR u.section_id IS NOT NULL) THEN 'in_use' ELSE 'idle' END, n.health, :change
FROM new_duct n
LEFT JOIN (SELECT DISTINCT section_id, duct_no FROM duct_taken) t ON t.section_id = n.section_id AND t.duct_no = n.no
LEFT JOIN (SELECT DISTINCT section_id, parent_no FROM new_duct WHERE parent_no IS NOT NULL) u ON u.section_id = n.section_id AND u.parent_no = n.no
WHERE n.parent_no IS NULL;

INSERT INTO duct (region_id, section_id, parent_id, no, row_no, inner_mm, life, use, health, change_id)
SELECT :region, n.section_id, h.id, n.no::text, n.face_row, n.inner_mm, n.life,
       CASE WHEN n.life IN ('in_service', 'pending_removal') AND t.section_id IS NOT NULL THEN 'in_use' ELSE 'idle' END, n.health, :change
FROM new_duct n JOIN duct h ON h.region_id = :region AND h.section_id = n.section_id AND h.parent_id IS NULL AND h.no = n.parent_no::text
LEFT JOIN (SELECT DISTINCT section_id, duct_no, subduct_no FROM duct_taken WHERE subduct_no IS NOT NULL) t
       ON t.section_id = n.section_id AND t.duct_no = n.parent_no AND t.subduct_no = n.no
WHERE n.parent_no IS NOT NULL;

-- Holes that were there before and are told differently now.
CREATE TEMP TABLE duct_change ON COMMIT DROP AS
SELECT d.id, c.source_no, c.row_no, c.section_id, coalesce(c.inner_mm::real, d.inner_mm) AS inner_mm, coalesce(c.life, d.life) AS life, coalesce(c.health, d.health) AS health
FROM duct_claim c JOIN r_duct r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad
JOIN duct d ON d.region_id = :region AND d.section_id = c.section_id AND d.no = c.no::text
LEFT JOIN duct h ON h.region_id = :region AND h.id = d.parent_id
WHERE c.dup_no = 1 AND c.parent_no::text IS NOT DISTINCT FROM h.no
  AND (d.inner_mm::real, d.life, d.health) IS DISTINCT FROM (coalesce(c.inner_mm::real, d.inner_mm::real), coalesce(c.life, d.life), coalesce(c.health, d.health))
  AND NOT EXISTS (SELECT 1 FROM new_duct n WHERE n.source_no = c.source_no AND n.row_no = c.row_no);

UPDATE duct d SET inner_mm = w.inner_mm, life = w.life, health = w.health FROM duct_change w WHERE d.region_id = :region AND d.id = w.id;

UPDATE r_duct r SET is_changed = true FROM (SELECT source_no, row_no FROM new_duct UNION SELECT source_no, row_no FROM duct_change) w
WHERE w.source_no = r.source_no AND w.row_no = r.row_no;
