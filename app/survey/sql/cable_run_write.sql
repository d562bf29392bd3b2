UPDATE r_cable_run r SET bad = true FROM (SELECT DISTINCT segment_id FROM r_cable_run WHERE bad) b WHERE b.segment_id = r.segment_id AND NOT r.bad;

-- Segments whose way differs from the one recorded; theirs is laid anew as a whole.
CREATE TEMP TABLE laid_segment ON COMMIT DROP AS
SELECT DISTINCT coalesce(c.segment_id, t.segment_id) AS segment_id
FROM (SELECT c.* FROM run_claim c JOIN r_cable_run r ON r.source_no = c.source_no AND r.row_no = c.row_no AND r.seq = c.seq AND NOT r.bad) c
FULL JOIN (SELECT t.* FROM cable_run t JOIN (SELECT DISTINCT segment_id FROM run_claim) s ON s.segment_id = t.segment_id WHERE t.region_id = :region) t
  ON t.segment_id = c.segment_id AND t.seq = c.seq
WHERE (c.section_id, c.is_reversed, c.duct_id, c.is_bundle, c.is_planned, c.slack_before_m, c.slack_after_m)
      IS DISTINCT FROM (t.section_id, t.is_reversed, t.duct_id, t.is_bundle, t.is_planned, t.slack_before_m, t.slack_after_m);

DELETE FROM laid_segment l USING r_cable_run r WHERE r.segment_id = l.segment_id AND r.bad;

ANALYZE laid_segment;

CREATE TEMP TABLE left_duct ON COMMIT DROP AS
SELECT DISTINCT t.section_id, t.duct_id FROM cable_run t JOIN laid_segment l ON l.segment_id = t.segment_id WHERE t.region_id = :region AND t.duct_id IS NOT NULL;

DELETE FROM cable_run t USING laid_segment l WHERE t.region_id = :region AND t.segment_id = l.segment_id;

INSERT INTO cable_run (region_id, segment_id, seq, section_id, is_reversed, duct_id, is_subduct, is_bundle, is_planned, slack_before_m, slack_after_m, change_id)
SELECT :region, c.segment_id, c.seq, c.section_id, c.is_reversed, c.duct_id, CASE WHEN c.duct_id IS NOT NULL THEN c.is_subduct END, c.is_bundle, c.is_planned,
       c.slack_before_m, c.slack_after_m, :change
FROM run_claim c JOIN laid_segment l ON l.segment_id = c.segment_id ORDER BY c.segment_id, c.seq;

UPDATE r_cable_run r SET is_changed = true FROM laid_segment l WHERE l.segment_id = r.segment_id AND NOT r.bad;

DELETE FROM segment_line t USING laid_segment l WHERE t.region_id = :region AND t.segment_id = l.segment_id;

INSERT INTO segment_line (region_id, segment_id, geom, geom_3857)
SELECT :region, segment_id, geom, ST_Transform(geom, 3857) FROM (
  SELECT r.segment_id, ST_Multi(ST_LineMerge(ST_Collect(CASE WHEN r.is_reversed THEN ST_Reverse(s.geom) ELSE s.geom END ORDER BY r.seq))) AS geom
  FROM cable_run r JOIN laid_segment l ON l.segment_id = r.segment_id JOIN section s ON s.region_id = :region AND s.id = r.section_id
  WHERE r.region_id = :region GROUP BY r.segment_id) line;
