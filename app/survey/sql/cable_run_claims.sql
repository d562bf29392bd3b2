-- One refused row refuses the whole way of its segment: half a way is no way.
UPDATE r_cable_run r SET bad = true FROM (SELECT DISTINCT segment_id FROM r_cable_run WHERE bad) b WHERE b.segment_id = r.segment_id AND NOT r.bad;

CREATE TEMP TABLE run_claim ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.segment_id, r.seq, r.section_id, w.is_reversed, coalesce(d.id, h.id) AS duct_id, d.id IS NOT NULL AS is_subduct,
       coalesce(r.bundle = 'yes', false) AS is_bundle, g.life IN ('planned', 'designed', 'building') AS is_planned,
       coalesce(r.slack_before_m, 0)::real AS slack_before_m, coalesce(r.slack_after_m, 0)::real AS slack_after_m
FROM r_cable_run r JOIN run_step w ON w.source_no = r.source_no AND w.row_no = r.row_no AND w.seq = r.seq
JOIN cable_segment g ON g.region_id = :region AND g.id = r.segment_id
LEFT JOIN duct h ON h.region_id = :region AND h.section_id = r.section_id AND h.parent_id IS NULL AND h.no = r.duct_no::text
LEFT JOIN duct d ON d.region_id = :region AND d.section_id = r.section_id AND d.parent_id = h.id AND d.no = r.subduct_no::text
WHERE NOT r.bad;

ANALYZE run_claim;

INSERT INTO finding
SELECT c.source_no, c.row_no, 'K7', 'error', 'subduct_no', c.full_key, 'a subduct that ' || c.first_key || ' takes', 'one cable in a subduct', 'correct the subduct, or mark both as a bundle of micro-cables'
FROM (SELECT *, first_value(full_key) OVER w AS first_key, row_number() OVER w AS taken_no FROM run_claim WHERE is_subduct AND NOT is_bundle AND NOT is_planned
      WINDOW w AS (PARTITION BY duct_id ORDER BY source_no, row_no)) c
WHERE c.taken_no > 1;

INSERT INTO finding
SELECT c.source_no, c.row_no, 'K7', 'error', 'subduct_no', c.full_key, 'a subduct that ' || k.code || ' takes', 'one cable in a subduct', 'correct the subduct, or mark both as a bundle of micro-cables'
FROM run_claim c JOIN cable_run t ON t.region_id = :region AND t.duct_id = c.duct_id AND t.is_subduct AND NOT t.is_bundle AND NOT t.is_planned AND t.segment_id <> c.segment_id
JOIN code_index k ON k.region_id = :region AND k.kind = 'segment' AND k.id = t.segment_id AND NOT k.is_alias
WHERE c.is_subduct AND NOT c.is_bundle AND NOT c.is_planned;

INSERT INTO finding
SELECT DISTINCT ON (c.source_no, c.row_no) c.source_no, c.row_no, 'K6', 'warning', 'duct_no', c.full_key, 'a cable straight in a hole that has subducts', 'subducts or cables in a hole, not both', 'name the subduct'
FROM run_claim c JOIN duct d ON d.region_id = :region AND d.parent_id = c.duct_id AND d.section_id = c.section_id WHERE NOT c.is_subduct AND c.duct_id IS NOT NULL;
