INSERT INTO finding
SELECT b.source_no, b.row_no, 'D1', 'warning', 'geom', b.full_key, 'stands ' || round(ST_Distance(a.geom::geography, b.geom::geography)::numeric, 2) || ' m from ' || a.full_key,
       'one code for one ' || replace(a.kind, '_', ' '), 'if it is the same thing, delete one of the two'
FROM (SELECT r.*, floor(ST_X(geom) / 0.00001) AS cell_x, floor(ST_Y(geom) / 0.00001) AS cell_y FROM r_structure r WHERE NOT bad AND dup_no = 1) a
     CROSS JOIN generate_series(-1, 1) dx CROSS JOIN generate_series(-1, 1) dy
     JOIN (SELECT r.*, floor(ST_X(geom) / 0.00001) AS cell_x, floor(ST_Y(geom) / 0.00001) AS cell_y FROM r_structure r WHERE NOT bad AND dup_no = 1) b
       ON b.cell_x = a.cell_x + dx AND b.cell_y = a.cell_y + dy AND b.kind = a.kind AND b.full_key > a.full_key
WHERE ST_Distance(a.geom::geography, b.geom::geography) < 0.3;
