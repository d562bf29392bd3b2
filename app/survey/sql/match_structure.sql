-- New codes where things of their kind stand already: another name (I31), or a possible duplicate (I32).
CREATE TEMP TABLE near_structure ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.code AS own_code, t.id, t.code, r.geom, ST_Distance(t.geom::geography, r.geom::geography) AS metres,
       EXISTS (SELECT FROM r_structure o WHERE o.known_id = t.id) AS is_named
FROM r_structure r JOIN structure t ON t.region_id = :region AND t.kind = r.kind AND t.life <> 'retired' {inside} AND t.geom && ST_Expand(r.geom, {duplicate_m} / 40000.0)
WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1 AND ST_DWithin(t.geom::geography, r.geom::geography, {duplicate_m});

INSERT INTO difference (source_no, row_no, layer, subject, field, rule, old, new, thing_id, geom)
SELECT DISTINCT ON (source_no, row_no) source_no, row_no, 'structure', full_key, 'code', 'I31', code, own_code, id, geom
FROM near_structure WHERE metres <= {alias_m} AND NOT is_named ORDER BY source_no, row_no, metres;

INSERT INTO finding
SELECT n.source_no, n.row_no, 'I32', 'warning', 'geom', n.full_key, 'stands ' || round(n.metres::numeric, 2) || ' m from ' || n.code,
       'things of one kind more than {duplicate_m} m apart', 'possible duplicate: if it is the same thing, use its code'
FROM near_structure n WHERE NOT EXISTS (SELECT FROM difference d WHERE d.rule = 'I31' AND d.source_no = n.source_no AND d.row_no = n.row_no);
