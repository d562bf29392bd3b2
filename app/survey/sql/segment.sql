INSERT INTO finding
SELECT source_no, row_no, 'MODEL_MISSING', 'error', 'model', full_key, model, 'a cable model of the catalogue', 'correct the model, or add it: flask catalogue load'
FROM r_segment WHERE NOT bad AND model IS NOT NULL AND model_id IS NULL;

INSERT INTO finding
SELECT source_no, row_no, 'MODEL_MEDIUM', 'error', 'model', full_key, model || ', which is ' || model_medium, 'a ' || cable_medium || ' model, as its cable', 'correct the model or the cable'
FROM r_segment WHERE NOT bad AND model_medium <> cable_medium;

INSERT INTO finding
SELECT source_no, row_no, 'K4', 'error', 'conductor_count', full_key, conductor_count::text, model_count || ' as the model ' || model || ' has', 'correct the count or the model'
FROM r_segment WHERE NOT bad AND conductor_count <> model_count;

INSERT INTO finding
SELECT source_no, row_no, 'K18', 'error', 'sheath_m', full_key, sheath_m || ' m', 'a length above 0', 'correct the length'
FROM r_segment WHERE NOT bad AND sheath_m <= 0;
