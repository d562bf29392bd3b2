-- A parent may stand in these files or in the network; the files win.
UPDATE r_grid r SET parent_id = coalesce(p.id, k.id)
FROM r_grid c LEFT JOIN r_grid p ON p.full_key = c.parent AND p.dup_no = 1 AND p.level_no = c.level_no - 1 AND NOT p.bad
     LEFT JOIN code_index k ON k.region_id = :region AND k.kind = 'grid' AND k.code_key = c.parent
WHERE r.source_no = c.source_no AND r.row_no = c.row_no AND r.level_no > 1;

INSERT INTO finding
SELECT source_no, row_no, 'PARENT_MISSING', 'error', 'parent', full_key, parent, 'a grid one level up, in these files or in the network', 'correct the code, or add the grid'
FROM r_grid WHERE level_no > 1 AND parent_id IS NULL AND NOT bad;

-- Overlaps of neighbours: one statement over the pairs whose boxes meet (K16). Gaps are found by the check, which sees the whole level.
INSERT INTO finding
SELECT a.source_no, a.row_no, 'K16', 'warning', NULL, a.full_key, 'overlaps ' || b.full_key || ' by ' || round(o.m2) || ' m2', 'grids of one level that only touch',
       'draw the border between the two once'
FROM r_grid a JOIN r_grid b ON a.level_no = b.level_no AND a.full_key < b.full_key AND a.geom && b.geom AND ST_Overlaps(a.geom, b.geom)
     CROSS JOIN LATERAL (SELECT ST_Area(ST_Intersection(a.geom, b.geom)::geography) AS m2) o
WHERE NOT a.bad AND NOT b.bad AND o.m2 > 100;
