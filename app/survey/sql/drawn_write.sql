-- An end that nothing holds is marked where it lies; a cable with such an end is not in service.
CREATE TEMP TABLE open_end ON COMMIT DROP AS
SELECT e.source_no, e.row_no, e.field, e.full_key || '#' || upper(left(e.field, 1)) AS code, e.point, nextval(pg_get_serial_sequence('structure', 'id')) AS id
FROM drawn_end e JOIN drawn d ON d.source_no = e.source_no AND d.row_no = e.row_no WHERE e.named IS NULL AND e.many = 0;

INSERT INTO structure (region_id, id, change_id, code, kind, grid_id, geom, life, health, batch_id, source_file, source_row)
SELECT :region, o.id, :change, o.code, 'marker', (SELECT g.id FROM grid g WHERE g.region_id = :region AND g.level = 3 AND ST_Covers(g.geom, o.point) ORDER BY g.code LIMIT 1), o.point, 'building', 'ok',
       :batch, (SELECT f.name FROM stage_file f WHERE f.source_no = o.source_no), o.row_no FROM open_end o;

INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code) SELECT :region, upper(code), 'structure', id, false, code FROM open_end;

UPDATE drawn_end e SET key = upper(o.code), code = o.code FROM open_end o WHERE o.source_no = e.source_no AND o.row_no = e.row_no AND o.field = e.field;

CREATE TEMP TABLE drawn_piece ON COMMIT DROP AS
SELECT d.layer, d.full_key, p.*, d.geom AS line FROM drawn d JOIN (
  SELECT n.source_no, n.row_no, n.key AS a_key, n.code AS a_code, n.kind AS a_kind, n.geom AS a_geom, n.place AS a_place, row_number() OVER w AS seq, count(*) OVER (PARTITION BY n.source_no, n.row_no) - 1 AS pieces,
         lead(n.key) OVER w AS z_key, lead(n.code) OVER w AS z_code, lead(n.kind) OVER w AS z_kind, lead(n.geom) OVER w AS z_geom, lead(n.place) OVER w AS z_place
  FROM (SELECT e.source_no, e.row_no, e.key, e.code, t.kind, e.geom, e.place FROM drawn_end e JOIN code_index k ON k.region_id = :region AND k.kind = 'structure' AND k.code_key = e.key AND NOT k.is_alias
        JOIN structure t ON t.region_id = :region AND t.id = k.id
        UNION ALL SELECT source_no, row_no, key, code, kind, geom, place FROM drawn_pass) n
  WINDOW w AS (PARTITION BY n.source_no, n.row_no ORDER BY n.place, n.key)) p ON p.source_no = d.source_no AND p.row_no = d.row_no AND p.z_key IS NOT NULL;

-- Each piece runs from structure to structure.
ALTER TABLE drawn_piece ADD COLUMN geom geometry, ADD COLUMN section text, ADD COLUMN section_code text, ADD COLUMN length_m double precision, ADD COLUMN many integer;

UPDATE drawn_piece p SET geom = ST_RemoveRepeatedPoints(ST_SetPoint(ST_SetPoint(ST_LineSubstring(s.line, s.a_place, s.z_place), 0, p.a_geom), -1, p.z_geom))
FROM (
  SELECT d.source_no, d.row_no, d.seq, l.line, CASE a_place WHEN 0 THEN 0 ELSE ST_LineLocatePoint(l.line, a_geom) END AS a_place, CASE z_place WHEN 1 THEN 1 ELSE ST_LineLocatePoint(l.line, z_geom) END AS z_place
  FROM (SELECT *, ST_Snap(line, ST_Collect(z_geom) OVER (PARTITION BY source_no, row_no), {snap_m} / 111000.0) AS drawn FROM drawn_piece) d CROSS JOIN LATERAL (SELECT drawn AS line) l) s
WHERE s.source_no = p.source_no AND s.row_no = p.row_no AND s.seq = p.seq AND s.a_place < s.z_place;

UPDATE drawn_piece SET geom = ST_MakeLine(a_geom, z_geom) WHERE geom IS NULL;

-- A drawn section keeps its code; one that passes structures is parted, and its parts are numbered.
CREATE TEMP TABLE drawn_section ON COMMIT DROP AS
SELECT s.*, p.seq, p.pieces, p.a_code, p.z_code, p.a_key, p.z_key, p.geom AS piece FROM stage_section s JOIN drawn_piece p ON p.layer = 'section' AND p.source_no = s.source_no AND p.row_no = s.row_no;

DELETE FROM stage_section s USING drawn_section d WHERE d.source_no = s.source_no AND d.row_no = s.row_no;

INSERT INTO stage_section (source_no, row_no, bad, code, kind, a_structure, z_structure, length_m, life, health, built_on, geom)
SELECT source_no, row_no, bad, CASE WHEN pieces = 1 THEN code ELSE code || '.' || seq END, kind, a_key, z_key, CASE WHEN pieces = 1 THEN length_m END, life, health, built_on, piece FROM drawn_section;

INSERT INTO finding
SELECT source_no, row_no, 'LINE_PARTED', 'info', 'geom', key, 'the line passes ' || string_agg(z_code, ', ' ORDER BY seq) FILTER (WHERE seq < pieces), NULL, 'parted into ' || pieces || ' sections, ' || key || '.1 to .' || pieces
FROM drawn_section WHERE pieces > 1 GROUP BY source_no, row_no, key, pieces;

-- Ground that is there between two structures is used again; where two sections run there, the drawn line shows which.
CREATE TEMP TABLE drawn_known ON COMMIT DROP AS
SELECT p.source_no, p.row_no, p.seq, g.key, g.length_m, g.gap_m FROM drawn_piece p CROSS JOIN LATERAL (
  SELECT g.key, g.length_m, ST_HausdorffDistance(g.geom, p.geom) * 111000 AS gap_m FROM (
    SELECT k.code_key AS key, s.length_m, s.geom FROM code_index ka JOIN code_index kz ON kz.region_id = :region AND kz.kind = 'structure' AND kz.code_key = p.z_key AND NOT kz.is_alias
    JOIN section s ON s.region_id = :region AND s.life <> 'retired' AND ((s.a_structure_id = ka.id AND s.z_structure_id = kz.id) OR (s.a_structure_id = kz.id AND s.z_structure_id = ka.id))
    JOIN code_index k ON k.region_id = :region AND k.kind = 'section' AND k.id = s.id AND NOT k.is_alias
    WHERE ka.region_id = :region AND ka.kind = 'structure' AND ka.code_key = p.a_key AND NOT ka.is_alias
    UNION ALL
    SELECT s.key, coalesce(s.length_m, ST_Length(coalesce(s.geom, ST_MakeLine(p.a_geom, p.z_geom))::geography)), coalesce(s.geom, ST_MakeLine(p.a_geom, p.z_geom)) FROM stage_section s
    WHERE NOT s.bad AND ((s.a_structure = p.a_key AND s.z_structure = p.z_key) OR (s.a_structure = p.z_key AND s.z_structure = p.a_key))
      AND NOT EXISTS (SELECT FROM code_index k WHERE k.region_id = :region AND k.kind = 'section' AND k.code_key = s.key)) g) g
WHERE p.layer = 'drawn_cable';

INSERT INTO finding
SELECT k.source_no, k.row_no, 'I6', 'error', 'geom', p.full_key, 'between ' || p.a_code || ' and ' || p.z_code || ': ' || string_agg(k.key, ', ' ORDER BY k.gap_m, k.key), 'one section that the line follows within {snap_m} m', 'draw the line along the section, or give the route as cable runs'
FROM drawn_known k JOIN drawn_piece p USING (source_no, row_no, seq) GROUP BY k.source_no, k.row_no, k.seq, p.full_key, p.a_code, p.z_code
HAVING count(*) > 1 AND count(*) FILTER (WHERE k.gap_m <= {snap_m}) <> 1;

UPDATE drawn_piece p SET section = k.key, length_m = k.length_m FROM (SELECT DISTINCT ON (source_no, row_no, seq) * FROM drawn_known ORDER BY source_no, row_no, seq, gap_m) k
WHERE k.source_no = p.source_no AND k.row_no = p.row_no AND k.seq = p.seq;

UPDATE drawn_piece SET length_m = ST_Length(geom::geography) WHERE length_m IS NULL;

INSERT INTO finding
SELECT p.source_no, p.row_no, 'K18', 'error', 'sheath_m', p.full_key, round(s.sheath_m::numeric, 1) || ' m', 'no less than its way over the ground, ' || round(sum(p.length_m)::numeric, 1) || ' m', 'correct the length or the line'
FROM drawn_piece p JOIN stage_drawn_cable s ON s.source_no = p.source_no AND s.row_no = p.row_no WHERE p.layer = 'drawn_cable'
GROUP BY p.source_no, p.row_no, p.full_key, s.sheath_m HAVING s.sheath_m < sum(p.length_m) - 0.01;

DELETE FROM drawn_piece p USING finding f WHERE f.source_no = p.source_no AND f.row_no = p.row_no AND f.severity = 'error';

-- New ground, once for all cables that are drawn over it.
UPDATE drawn_piece p SET section_code = n.a_code || '#' || n.z_code, section = upper(n.a_code || '#' || n.z_code), length_m = ST_Length(n.geom::geography), many = n.no
FROM (SELECT source_no, row_no, seq, first_value(a_code) OVER w AS a_code, first_value(z_code) OVER w AS z_code, first_value(geom) OVER w AS geom, row_number() OVER w AS no FROM drawn_piece
      WHERE layer = 'drawn_cable' AND section IS NULL WINDOW w AS (PARTITION BY least(a_key, z_key), greatest(a_key, z_key) ORDER BY source_no, row_no, seq)) n
WHERE n.source_no = p.source_no AND n.row_no = p.row_no AND n.seq = p.seq;

INSERT INTO finding
SELECT p.source_no, p.row_no, 'I1_CONTRADICTED', 'error', 'geom', p.full_key, 'a new section ' || p.section_code, 'a code that no other section has', 'name the structures otherwise, or add the section under a code of its own'
FROM drawn_piece p WHERE p.many = 1 AND EXISTS (SELECT FROM code_index k WHERE k.region_id = :region AND k.kind = 'section' AND k.code_key = p.section);

DELETE FROM drawn_piece p USING finding f WHERE f.source_no = p.source_no AND f.row_no = p.row_no AND f.severity = 'error';

UPDATE stage_drawn_cable s SET bad = true FROM finding f WHERE f.source_no = s.source_no AND f.row_no = s.row_no AND f.severity = 'error' AND NOT s.bad;

INSERT INTO stage_section (source_no, row_no, bad, code, kind, a_structure, z_structure, life, built_on, geom)
SELECT p.source_no, p.row_no, false, p.section_code, coalesce(s.section_kind, CASE WHEN 'pole' IN (p.a_kind, p.z_kind) THEN 'pole_span' WHEN 'riser' IN (p.a_kind, p.z_kind) THEN 'riser' WHEN 'marker' IN (p.a_kind, p.z_kind) THEN 'trench' ELSE 'duct_section' END),
       p.a_key, p.z_key, CASE WHEN o.n > 0 THEN 'building' ELSE s.life END, s.built_on, p.geom
FROM drawn_piece p JOIN stage_drawn_cable s ON s.source_no = p.source_no AND s.row_no = p.row_no
CROSS JOIN LATERAL (SELECT count(*) AS n FROM drawn_end e WHERE e.source_no = p.source_no AND e.row_no = p.row_no AND e.key IN (p.full_key || '#A', p.full_key || '#Z')) o
WHERE p.many = 1;

CREATE TEMP TABLE drawn_segment ON COMMIT DROP AS
SELECT p.source_no, p.row_no, p.full_key, (array_agg(p.a_key ORDER BY p.seq))[1] AS a_key, (array_agg(p.z_key ORDER BY p.seq DESC))[1] AS z_key, ceil(sum(p.length_m) * 10) / 10 AS route_m,
       array_agg(p.section ORDER BY p.seq) AS sections, count(*) FILTER (WHERE p.many = 1) AS new_count, k.id AS known_id,
       (SELECT array_agg(c.code_key ORDER BY r.seq) FROM cable_run r JOIN code_index c ON c.region_id = :region AND c.kind = 'section' AND c.id = r.section_id AND NOT c.is_alias WHERE r.region_id = :region AND r.segment_id = k.id) AS known_sections,
       (SELECT count(*) > 0 FROM drawn_end e WHERE e.source_no = p.source_no AND e.row_no = p.row_no AND e.key IN (p.full_key || '#A', p.full_key || '#Z')) AS is_open
FROM drawn_piece p LEFT JOIN code_index k ON k.region_id = :region AND k.kind = 'segment' AND k.code_key = p.full_key AND NOT k.is_alias
WHERE p.layer = 'drawn_cable' GROUP BY p.source_no, p.row_no, p.full_key, k.id;

INSERT INTO stage_segment (source_no, row_no, bad, cable, code, model, a_structure, z_structure, sheath_m, life, built_on)
SELECT d.source_no, d.row_no, false, s.cable, s.code, s.model, d.a_key, d.z_key, coalesce(s.sheath_m, CASE WHEN d.known_id IS NULL THEN d.route_m END),
       CASE WHEN d.is_open AND coalesce(s.life, 'in_service') IN ('built', 'in_service', 'pending_removal') THEN 'building' ELSE s.life END, s.built_on
FROM drawn_segment d JOIN stage_drawn_cable s ON s.source_no = d.source_no AND s.row_no = d.row_no;

-- A way that is recorded already keeps its holes.
INSERT INTO stage_cable_run (source_no, row_no, bad, segment, seq, section)
SELECT d.source_no, d.row_no, false, d.full_key, w.seq, w.section FROM drawn_segment d CROSS JOIN LATERAL unnest(d.sections) WITH ORDINALITY w(section, seq) WHERE d.sections IS DISTINCT FROM d.known_sections;

INSERT INTO finding
SELECT source_no, row_no, 'LINE_LAID', 'info', 'geom', full_key, array_to_string(sections, ', '), NULL, cardinality(sections) || ' sections, ' || new_count || ' of them new'
FROM drawn_segment WHERE known_id IS NULL;
