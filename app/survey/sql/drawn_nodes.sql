-- Structures within reach of the lines.
CREATE TEMP TABLE drawn_near ON COMMIT DROP AS
SELECT d.source_no, d.row_no, k.code_key AS key, k.code, t.kind, t.geom, ST_LineLocatePoint(d.geom, t.geom) AS place, d.metres, ST_Distance(d.geom::geography, t.geom::geography) AS off_m,
       ST_Distance(ST_StartPoint(d.geom)::geography, t.geom::geography) AS a_m, ST_Distance(ST_EndPoint(d.geom)::geography, t.geom::geography) AS z_m
FROM drawn d JOIN structure t ON t.region_id = :region AND t.life <> 'retired' {inside} AND t.geom && ST_Expand(d.geom, {snap_m} / 40000.0) AND ST_DWithin(d.geom::geography, t.geom::geography, {snap_m})
JOIN code_index k ON k.region_id = :region AND k.kind = 'structure' AND k.id = t.id AND NOT k.is_alias;

-- The ends: as named, else what stands there. Where one structure stands at the very end, others beside it are no candidates.
CREATE TEMP TABLE drawn_end ON COMMIT DROP AS
SELECT d.source_no, d.row_no, d.layer, d.full_key, e.field, e.place, e.point, e.named, named.id IS NOT NULL AS is_known, c.many, c.told, c.metres,
       CASE WHEN e.named IS NOT NULL THEN e.named WHEN c.many = 1 THEN c.key END AS key, CASE WHEN e.named IS NOT NULL THEN named.code WHEN c.many = 1 THEN c.code END AS code,
       CASE WHEN e.named IS NOT NULL THEN at.geom WHEN c.many = 1 THEN c.geom ELSE e.point END AS geom, ST_Distance(at.geom::geography, e.point::geography) AS named_m
FROM drawn d CROSS JOIN LATERAL (VALUES ('a_structure', 0, ST_StartPoint(d.geom), d.a_structure), ('z_structure', 1, ST_EndPoint(d.geom), d.z_structure)) e(field, place, point, named)
LEFT JOIN code_index named ON named.region_id = :region AND named.kind = 'structure' AND named.code_key = e.named AND NOT named.is_alias
LEFT JOIN structure at ON at.region_id = :region AND at.id = named.id
CROSS JOIN LATERAL (
  SELECT count(*) AS many, min(n.key) AS key, min(n.code) AS code, (array_agg(n.geom))[1] AS geom, min(n.m) AS metres, string_agg(n.code || ' (' || round(n.m::numeric, 2) || ' m)', ', ' ORDER BY n.m, n.code) AS told
  FROM (SELECT w.*, min(w.m) OVER () AS least FROM (SELECT n.*, CASE e.place WHEN 0 THEN n.a_m ELSE n.z_m END AS m FROM drawn_near n WHERE n.source_no = d.source_no AND n.row_no = d.row_no) w WHERE w.m <= {snap_m}) n
  WHERE n.least > {alias_m} OR n.m <= {alias_m}) c;

INSERT INTO finding
SELECT source_no, row_no, 'PARENT_MISSING', 'error', field, full_key, named, 'structure in these files or in the network', 'correct the code, or add the structure'
FROM drawn_end WHERE named IS NOT NULL AND NOT is_known;

INSERT INTO finding
SELECT source_no, row_no, 'I5', 'error', field, full_key, 'the line ends ' || round(named_m::numeric, 1) || ' m from ' || code, 'a line that ends at the structure named', 'correct the line, or the structure named'
FROM drawn_end WHERE named_m > {named_end_m};

INSERT INTO finding
SELECT source_no, row_no, 'I6', 'error', field, full_key, 'within {snap_m} m of the end: ' || told, 'one structure at the end', 'name the right one in the column of this end'
FROM drawn_end WHERE named IS NULL AND many > 1;

INSERT INTO finding
SELECT source_no, row_no, 'I5', 'warning', field, full_key, 'the line ends ' || round(metres::numeric, 2) || ' m from ' || code, 'a line that ends at a structure', 'joined to ' || code || '; correct the line where that is wrong'
FROM drawn_end WHERE named IS NULL AND many = 1 AND metres > {alias_m};

INSERT INTO finding
SELECT e.source_no, e.row_no, 'I5', CASE WHEN e.layer = 'section' THEN 'error' ELSE 'warning' END, e.field, e.full_key, 'no structure within {snap_m} m of ' || ST_AsText(e.point, 6),
       coalesce('the nearest is ' || n.code || ', ' || round(n.metres::numeric, 1) || ' m away', 'a structure at the end'),
       CASE WHEN e.layer = 'section' THEN 'add the structure, or name it' ELSE 'kept as an unconnected end, in building; add the structure, or name it' END
FROM drawn_end e LEFT JOIN LATERAL (
  SELECT k.code, ST_Distance(t.geom::geography, e.point::geography) AS metres FROM (SELECT t.id, t.geom FROM structure t WHERE t.region_id = :region AND t.life <> 'retired' {inside} ORDER BY t.geom <-> e.point LIMIT 1) t
  JOIN code_index k ON k.region_id = :region AND k.kind = 'structure' AND k.id = t.id AND NOT k.is_alias) n ON true
WHERE e.named IS NULL AND e.many = 0;

-- What the line passes between its ends. One that stands on the line goes before others beside it.
CREATE TEMP TABLE drawn_pass ON COMMIT DROP AS
SELECT n.* FROM drawn_near n
WHERE n.kind IN ('manhole', 'handhole', 'pole', 'street_cabinet', 'riser', 'marker') AND n.a_m > {snap_m} AND n.z_m > {snap_m}
  AND NOT EXISTS (SELECT FROM drawn_end e WHERE e.source_no = n.source_no AND e.row_no = n.row_no AND e.key = n.key)
  AND (n.off_m <= {alias_m} OR NOT EXISTS (SELECT FROM drawn_near o WHERE o.source_no = n.source_no AND o.row_no = n.row_no AND o.off_m <= {alias_m} AND abs(o.place - n.place) * n.metres <= {snap_m}));

INSERT INTO finding
SELECT n.source_no, n.row_no, 'I6', 'error', 'geom', d.full_key, 'the line passes ' || n.code || ' and ' || o.code || ', ' || round((abs(o.place - n.place) * n.metres)::numeric, 2) || ' m apart',
       'one structure at one place of the line', 'draw the line through the one that it enters'
FROM drawn_pass n JOIN drawn_pass o ON o.source_no = n.source_no AND o.row_no = n.row_no AND o.key > n.key AND abs(o.place - n.place) * n.metres <= {snap_m}
JOIN drawn d ON d.source_no = n.source_no AND d.row_no = n.row_no;

-- Everything a drawn cable needs is asked for before its sections are written.
INSERT INTO finding
SELECT s.source_no, s.row_no, 'PARENT_MISSING', 'error', 'cable', s.cable || '/' || s.key, s.cable, 'cable in these files or in the network', 'correct the code, or add the cable'
FROM stage_drawn_cable s WHERE NOT s.bad AND NOT EXISTS (SELECT FROM code_index k WHERE k.region_id = :region AND k.kind = 'cable' AND k.code_key = s.cable) AND NOT EXISTS (SELECT FROM stage_cable c WHERE c.key = s.cable AND NOT c.bad);

INSERT INTO finding
SELECT s.source_no, s.row_no, 'MODEL_MISSING', 'error', 'model', s.cable || '/' || s.key, s.model, 'a cable model of the catalogue', 'correct the model, or add it: flask catalogue load'
FROM stage_drawn_cable s WHERE NOT s.bad AND NOT EXISTS (SELECT FROM equipment_model m WHERE m.kind = 'cable' AND upper(m.code) = s.model);

DELETE FROM drawn d USING finding f WHERE f.source_no = d.source_no AND f.row_no = d.row_no AND f.severity = 'error';

UPDATE stage_section s SET bad = true FROM finding f WHERE f.source_no = s.source_no AND f.row_no = s.row_no AND f.severity = 'error' AND NOT s.bad;

UPDATE stage_drawn_cable s SET bad = true FROM finding f WHERE f.source_no = s.source_no AND f.row_no = s.row_no AND f.severity = 'error' AND NOT s.bad;
