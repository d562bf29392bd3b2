INSERT INTO finding
SELECT source_no, row_no, 'MODEL_MISSING', 'error', 'model', full_key, model, 'an equipment model of the catalogue', 'correct the model, or add it: flask catalogue load'
FROM r_equipment WHERE NOT bad AND model IS NOT NULL AND model_id IS NULL;

INSERT INTO finding
SELECT source_no, row_no, 'PLACE_MISSING', 'error', 'structure', full_key, NULL, 'a structure or a rack', 'fill in one of the two'
FROM r_equipment WHERE NOT bad AND structure IS NULL AND rack IS NULL;

INSERT INTO finding
SELECT source_no, row_no, 'PLACE_CONTRADICTED', 'error', 'structure', full_key, structure, 'the structure in which rack ' || rack || ' stands', 'correct the structure or the rack'
FROM r_equipment WHERE NOT bad AND structure_id <> rack_structure_id;

INSERT INTO finding
SELECT source_no, row_no, 'K12', 'error', 'start_u', full_key, start_u || ' + ' || model_height || ' U', 'units inside the rack''s ' || rack_height || ' U', 'correct the unit or the rack'
FROM r_equipment WHERE NOT bad AND rack_id IS NOT NULL AND start_u IS NOT NULL AND (start_u < 1 OR start_u + greatest(model_height, 1) - 1 > rack_height);

-- Two things in one unit: among the rows of these files, then against what stands there.
CREATE TEMP TABLE claimed_unit ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.id, r.full_key, r.rack_id, coalesce(r.face, 'front') AS face, u::smallint AS u_no,
       first_value(r.full_key) OVER w AS first_key, first_value(r.id) OVER w AS first_id
FROM r_equipment r CROSS JOIN LATERAL generate_series(r.start_u, r.start_u + r.model_height - 1) u
WHERE NOT r.bad AND r.dup_no = 1 AND r.rack_id IS NOT NULL AND r.start_u BETWEEN 1 AND 100 AND r.model_height > 0
WINDOW w AS (PARTITION BY r.rack_id, coalesce(r.face, 'front'), u ORDER BY r.source_no, r.row_no);

INSERT INTO finding
SELECT source_no, row_no, 'K12', 'error', 'start_u', full_key, 'unit ' || min(u_no) || ' to ' || max(u_no) || ', taken by ' || min(first_key), 'units that are free', 'correct the unit or the rack'
FROM claimed_unit WHERE id <> first_id GROUP BY source_no, row_no, full_key;

INSERT INTO finding
SELECT c.source_no, c.row_no, 'K12', 'error', 'start_u', c.full_key, 'unit ' || min(c.u_no) || ' to ' || max(c.u_no) || ', taken by ' || min(e.code), 'units that are free', 'correct the unit or the rack'
FROM claimed_unit c JOIN rack_unit t ON t.region_id = :region AND t.rack_id = c.rack_id AND t.face = c.face AND t.u_no = c.u_no AND t.equipment_id <> c.id
     JOIN equipment e ON e.region_id = :region AND e.id = t.equipment_id
GROUP BY c.source_no, c.row_no, c.full_key;
