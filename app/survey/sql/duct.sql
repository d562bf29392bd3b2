CREATE TEMP TABLE duct_claim ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.section_id, r.parent_no, n.no, r.inner_mm, r.face_row, r.life, r.health,
       row_number() OVER w AS dup_no, first_value(r.row_no) OVER w AS first_row, first_value((r.inner_mm, r.life, r.health)::text) OVER w AS first_words
FROM r_duct r CROSS JOIN LATERAL unnest(r.nos) n(no) WHERE NOT r.bad AND r.section_id IS NOT NULL
WINDOW w AS (PARTITION BY r.section_id, r.parent_no, n.no ORDER BY r.source_no, r.row_no);

INSERT INTO finding
SELECT source_no, row_no, CASE WHEN bool_and((inner_mm, life, health)::text = first_words) THEN 'I1_REPEATED' ELSE 'I1_CONTRADICTED' END,
       CASE WHEN bool_and((inner_mm, life, health)::text = first_words) THEN 'warning' ELSE 'error' END,
       'nos', full_key, 'number ' || min(no) || ', also in row ' || min(first_row), 'each hole once', 'correct the range, or delete one of the rows'
FROM duct_claim WHERE dup_no > 1 GROUP BY source_no, row_no, full_key;

INSERT INTO finding
SELECT c.source_no, c.row_no, 'PARENT_MISSING', 'error', 'parent_no', c.full_key, 'hole ' || c.parent_no, 'a hole of the section, in these files or in the network', 'add the hole, or correct the number'
FROM duct_claim c
WHERE c.parent_no IS NOT NULL
  AND NOT EXISTS (SELECT FROM duct_claim p WHERE p.section_id = c.section_id AND p.parent_no IS NULL AND p.no = c.parent_no)
  AND NOT EXISTS (SELECT FROM duct d WHERE d.region_id = :region AND d.section_id = c.section_id AND d.parent_id IS NULL AND d.no = c.parent_no::text)
GROUP BY c.source_no, c.row_no, c.full_key, c.parent_no;

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_NUMBER', 'error', 'inner_mm', full_key, inner_mm::text, 'a diameter above 0 mm', 'correct the diameter'
FROM r_duct WHERE NOT bad AND inner_mm <= 0;
