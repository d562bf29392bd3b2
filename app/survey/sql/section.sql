INSERT INTO finding
SELECT source_no, row_no, 'I33', 'error', 'z_structure', full_key, 'both ends at ' || a_structure, 'two different structures', 'correct one of the ends'
FROM r_section WHERE NOT bad AND a_structure_id = z_structure_id;

INSERT INTO finding
SELECT source_no, row_no, 'I5', CASE WHEN gap_m > 50 THEN 'error' ELSE 'warning' END, 'geom', full_key, 'the line ends ' || round(gap_m::numeric, 1) || ' m from its structure',
       'ends within 2 m of both structures', 'correct the line, or the structure named'
FROM r_section WHERE NOT bad AND gap_m > 2;

INSERT INTO finding
SELECT source_no, row_no, 'I33', 'error', 'geom', full_key, 'a line of ' || round(line_m::numeric, 3) || ' m', 'a line with length', 'check the two structures: they stand in one place'
FROM r_section WHERE NOT bad AND a_structure_id <> z_structure_id AND line_m < 0.01;

INSERT INTO finding
SELECT r.source_no, r.row_no, 'I33', 'error', 'geom', r.full_key, 'the line crosses itself' || coalesce(' at ' || ST_AsText(ST_GeometryN(x.crossing, 1), 6), ''), 'a line that does not cross itself', 'correct the line'
FROM r_section r CROSS JOIN LATERAL (SELECT ST_Difference(ST_Points(ST_UnaryUnion(r.line)), ST_Points(r.line)) AS crossing) x
WHERE NOT r.bad AND r.geom IS NOT NULL AND ST_NPoints(r.line) > 3 AND NOT ST_IsSimple(r.line);

INSERT INTO finding
SELECT source_no, row_no, 'I33', 'error', 'length_m', full_key, length_m || ' m', 'a length above 0', 'correct the length or leave it empty'
FROM r_section WHERE NOT bad AND length_m <= 0;

INSERT INTO finding
SELECT source_no, row_no, 'I19', 'warning', 'length_m', full_key, length_m || ' m; the line measures ' || round(line_m::numeric, 1) || ' m', 'a length near the line''s',
       'check the unit and the line; the length given was taken'
FROM r_section WHERE NOT bad AND length_m > 0 AND line_m >= 0.01 AND (length_m > 1.5 * line_m + 5 OR length_m < 0.67 * line_m - 5);
