INSERT INTO finding
SELECT source_no, row_no, 'MODEL_MISSING', 'error', 'model', full_key, model, 'a cable model of the catalogue', 'correct the model, or add it: flask catalogue load'
FROM r_segment WHERE NOT bad AND model IS NOT NULL AND model_id IS NULL;

INSERT INTO finding
SELECT source_no, row_no, 'MODEL_MEDIUM', 'error', 'model', full_key, model || ', which is ' || model_medium, 'a ' || cable_medium || ' model, as its cable', 'correct the model or the cable'
FROM r_segment WHERE NOT bad AND model_medium <> cable_medium;

INSERT INTO finding
SELECT source_no, row_no, 'K4', 'error', 'conductor_count', full_key, conductor_count::text, model_count || ' as the model ' || model || ' has',
       CASE WHEN conductor_count < model_count THEN 'missing: ' || conductor_count + 1 || '-' || model_count ELSE 'too many: ' || model_count + 1 || '-' || conductor_count END || '; correct the count or the model'
FROM r_segment WHERE NOT bad AND conductor_count <> model_count;

INSERT INTO finding
SELECT source_no, row_no, 'K18', 'error', 'sheath_m', full_key, sheath_m || ' m', 'a length above 0', 'correct the length'
FROM r_segment WHERE NOT bad AND sheath_m <= 0;

-- K18 before anything is written: the way as these files lay it, over sections that are there by now.
INSERT INTO finding
SELECT r.source_no, r.row_no, 'K18', CASE WHEN r.sheath_m < w.route_m THEN 'error' ELSE 'warning' END, 'sheath_m', r.full_key, round(r.sheath_m::numeric, 1) || ' m',
       CASE WHEN r.sheath_m < w.route_m THEN 'no less than its way over the ground, ' ELSE 'not far above its way over the ground, ' END || round(w.route_m::numeric, 1) || ' m', 'correct the length or the sections'
FROM r_segment r JOIN (
  SELECT c.segment, sum(s.length_m) AS route_m, sum(coalesce(c.slack_before_m, 0) + coalesce(c.slack_after_m, 0)) AS slack_m
  FROM stage_cable_run c JOIN code_index k ON k.region_id = :region AND k.kind = 'section' AND k.code_key = c.section AND NOT k.is_alias
  JOIN section s ON s.region_id = :region AND s.id = k.id WHERE NOT c.bad GROUP BY c.segment) w ON w.segment = r.full_key
WHERE NOT r.bad AND r.sheath_m > 0 AND (r.sheath_m < w.route_m - 0.01 OR r.sheath_m > 1.2 * w.route_m + w.slack_m + 5);
