-- The way of each segment, section by section: turned so that it starts where the section before ends (K5).
CREATE TEMP TABLE run_step ON COMMIT DROP AS
SELECT w.*, CASE WHEN w.prev_a IS NULL THEN w.sec_a <> w.seg_a AND w.sec_z = w.seg_a
                 ELSE w.sec_a NOT IN (w.prev_a, w.prev_z) AND w.sec_z IN (w.prev_a, w.prev_z) END AS is_reversed
FROM (
  SELECT r.source_no, r.row_no, r.full_key, r.segment_id, r.seq, s.a_structure_id AS sec_a, s.z_structure_id AS sec_z, g.a_structure_id AS seg_a, g.z_structure_id AS seg_z,
         lag(s.a_structure_id) OVER way AS prev_a, lag(s.z_structure_id) OVER way AS prev_z, lead(r.seq) OVER way IS NULL AS is_last,
         lag(r.seq) OVER way AS prev_seq, count(*) FILTER (WHERE r.bad) OVER (PARTITION BY r.segment_id) AS bad_count
  FROM r_cable_run r LEFT JOIN section s ON s.region_id = :region AND s.id = r.section_id
       JOIN cable_segment g ON g.region_id = :region AND g.id = r.segment_id
  WINDOW way AS (PARTITION BY r.segment_id ORDER BY r.seq, r.source_no, r.row_no)) w;

ANALYZE run_step;

INSERT INTO finding
SELECT source_no, row_no, 'I1_CONTRADICTED', 'error', 'seq', full_key, 'sequence ' || seq || ' twice', 'each sequence once in a segment', 'number the sections along the segment'
FROM run_step WHERE seq = prev_seq;

-- A way with a refused row is not judged: the row is named already, and the way falls with it.
INSERT INTO finding
SELECT source_no, row_no, 'K5', 'error', 'section', full_key,
       CASE WHEN prev_a IS NULL AND start_id <> seg_a THEN 'starts elsewhere than the segment' WHEN start_id <> prev_end_id THEN 'does not touch the section before'
            ELSE 'ends elsewhere than the segment' END,
       'sections in one unbroken line from the segment''s A end to its Z end', 'correct the order, or add the section between'
FROM (
  SELECT n.*, lag(end_id) OVER (PARTITION BY segment_id ORDER BY seq, source_no, row_no) AS prev_end_id
  FROM (SELECT *, CASE WHEN is_reversed THEN sec_z ELSE sec_a END AS start_id, CASE WHEN is_reversed THEN sec_a ELSE sec_z END AS end_id FROM run_step WHERE bad_count = 0) n) w
WHERE (prev_a IS NULL AND start_id <> seg_a) OR start_id <> prev_end_id OR (is_last AND end_id <> seg_z);

INSERT INTO finding
SELECT r.source_no, r.row_no, 'DUCT_MISSING', 'error', CASE WHEN h.id IS NULL THEN 'duct_no' ELSE 'subduct_no' END, r.full_key,
       r.section || ' hole ' || r.duct_no || coalesce(', subduct ' || r.subduct_no, ''), 'a hole of the section, in these files or in the network', 'add the hole, or correct the number'
FROM r_cable_run r LEFT JOIN duct h ON h.region_id = :region AND h.section_id = r.section_id AND h.parent_id IS NULL AND h.no = r.duct_no::text
LEFT JOIN duct d ON d.region_id = :region AND d.section_id = r.section_id AND d.parent_id = h.id AND d.no = r.subduct_no::text
WHERE NOT r.bad AND r.section_id IS NOT NULL AND r.duct_no IS NOT NULL AND (h.id IS NULL OR (r.subduct_no IS NOT NULL AND d.id IS NULL));

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_NUMBER', 'error', 'slack_before_m', full_key, least(slack_before_m, slack_after_m) || ' m', 'slack of 0 m or more', 'correct the slack'
FROM r_cable_run WHERE NOT bad AND (slack_before_m < 0 OR slack_after_m < 0);

INSERT INTO finding
SELECT r.source_no, r.row_no, 'VALUE_REQUIRED', 'error', 'duct_no', r.full_key, 'subduct ' || r.subduct_no || ' without a hole', 'the hole that holds the subduct', 'fill in the hole'
FROM r_cable_run r WHERE NOT r.bad AND r.subduct_no IS NOT NULL AND r.duct_no IS NULL;
