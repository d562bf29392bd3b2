INSERT INTO finding
SELECT DISTINCT d.source_no, d.row_no, 'I1_CONTRADICTED', 'error', 'name_zh', d.full_key, d.name_zh || ', ' || d.kind, f.name_zh || ', ' || f.kind || ' as in row ' || f.row_no, 'one name and function per unit'
FROM r_maintenance_unit d JOIN r_maintenance_unit f ON f.full_key = d.full_key AND f.dup_no = 1 WHERE NOT d.bad AND (d.name_zh, d.kind) <> (f.name_zh, f.kind);
