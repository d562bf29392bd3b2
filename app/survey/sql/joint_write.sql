CREATE TEMP TABLE new_joint ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('joint', 'id')) AS id, p.*, r.kind, r.equipment_id, r.tray, r.loss_db
FROM end_pair p JOIN (
  SELECT source_no, row_no, bad, coalesce(kind, 'splice') AS kind, closure_id AS equipment_id, tray, loss_db FROM r_splice
  UNION ALL SELECT source_no, row_no, bad, 'termination', panel_id, NULL, NULL FROM r_termination
  UNION ALL SELECT source_no, row_no, bad, coalesce(kind, 'patch'), from_equipment_id, NULL, NULL FROM r_patch) r
  ON r.source_no = p.source_no AND r.row_no = p.row_no AND NOT r.bad
WHERE NOT EXISTS (SELECT 1 FROM known_end k WHERE k.a_key = p.a_key AND k.source_no = p.source_no AND k.row_no = p.row_no);

INSERT INTO joint (region_id, id, kind, equipment_id, tray_no, loss_db, change_id)
SELECT :region, id, kind, equipment_id, tray, loss_db, :change FROM new_joint ORDER BY id;

INSERT INTO joint_end (region_id, joint_id, conductor_id, port_id, face, mate_key, change_id)
SELECT :region, id, a_conductor, a_port, a_face, z_key, :change FROM new_joint
UNION ALL
SELECT :region, id, z_conductor, z_port, z_face, a_key, :change FROM new_joint;

-- Joints that are there and are told differently now.
CREATE TEMP TABLE told_joint ON COMMIT DROP AS
SELECT DISTINCT j.id, r.source_no, r.row_no, coalesce(r.kind, j.kind) AS kind, coalesce(r.tray, j.tray_no) AS tray, coalesce(r.loss_db, j.loss_db) AS loss_db
FROM known_end k JOIN (
  SELECT source_no, row_no, bad, kind, tray, loss_db FROM r_splice UNION ALL SELECT source_no, row_no, bad, kind, NULL, NULL FROM r_patch) r ON r.source_no = k.source_no AND r.row_no = k.row_no AND NOT r.bad
JOIN joint_end e ON e.region_id = :region AND e.end_key = k.a_key JOIN joint j ON j.region_id = :region AND j.id = e.joint_id
WHERE k.is_same AND (j.kind, j.tray_no, j.loss_db::real) IS DISTINCT FROM (coalesce(r.kind, j.kind), coalesce(r.tray, j.tray_no), coalesce(r.loss_db, j.loss_db)::real);

UPDATE joint j SET kind = t.kind, tray_no = t.tray, loss_db = t.loss_db FROM told_joint t WHERE j.region_id = :region AND j.id = t.id;

CREATE TEMP TABLE joined_row ON COMMIT DROP AS SELECT source_no, row_no FROM new_joint UNION SELECT source_no, row_no FROM told_joint;

UPDATE r_splice r SET is_changed = true FROM joined_row n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;

UPDATE r_termination r SET is_changed = true FROM joined_row n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;

UPDATE r_patch r SET is_changed = true FROM joined_row n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
