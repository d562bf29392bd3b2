-- D1: two that stand less than 0.3 m from each other share a square of some five metres, since each counts in all squares that lie so near.
-- The borders run between the fifth decimals: rounded coordinates do not lie there. OFFSET 0 keeps each value from being made several times.
INSERT INTO finding
WITH spot AS NOT MATERIALIZED (
  SELECT ctid AS place, ST_X(geom) + 5e-6 AS x, ST_Y(geom) + 5e-6 AS y, 2.8e-6 / cosd(ST_Y(geom)) AS wide
  FROM r_structure WHERE NOT bad AND dup_no = 1 OFFSET 0
), side AS NOT MATERIALIZED (
  SELECT place, floor((x - wide) / 5e-5) AS w, floor((x + wide) / 5e-5) AS e, floor((y - 2.8e-6) / 5e-5) AS s, floor((y + 2.8e-6) / 5e-5) AS n FROM spot OFFSET 0
), in_square AS NOT MATERIALIZED (
  SELECT place, unnest(CASE WHEN w = e AND s = n THEN ARRAY[w * 1e8 + s] WHEN w = e THEN ARRAY[w * 1e8 + s, w * 1e8 + n]
                            WHEN s = n THEN ARRAY[w * 1e8 + s, e * 1e8 + s] ELSE ARRAY[w * 1e8 + s, w * 1e8 + n, e * 1e8 + s, e * 1e8 + n] END) AS square
  FROM side
), shared AS MATERIALIZED (
  SELECT r.source_no, r.row_no, r.full_key, r.kind, r.geom, square
  FROM (SELECT square FROM in_square GROUP BY square HAVING count(*) > 1) c JOIN in_square USING (square) JOIN r_structure r ON r.ctid = place
)
SELECT DISTINCT b.source_no, b.row_no, 'D1', 'warning', 'geom', b.full_key, 'stands ' || round(ST_Distance(a.geom::geography, b.geom::geography)::numeric, 2) || ' m from ' || a.full_key,
       'one code for one ' || replace(a.kind, '_', ' '), 'if it is the same thing, delete one of the two'
FROM shared a JOIN shared b ON b.square = a.square AND b.kind = a.kind AND b.full_key > a.full_key
WHERE abs(ST_Y(a.geom) - ST_Y(b.geom)) < 2.8e-6 AND ST_Distance(a.geom::geography, b.geom::geography) < 0.3;
