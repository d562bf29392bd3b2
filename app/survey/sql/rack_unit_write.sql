CREATE TEMP TABLE moved_equipment ON COMMIT DROP AS
SELECT DISTINCT r.source_no, r.row_no, r.id FROM claimed_unit c JOIN r_equipment r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad AND r.known_id IS NOT NULL
LEFT JOIN rack_unit t ON t.region_id = :region AND t.rack_id = c.rack_id AND t.face = c.face AND t.u_no = c.u_no AND t.equipment_id = c.id WHERE t.u_no IS NULL;

DELETE FROM rack_unit t USING moved_equipment m WHERE t.region_id = :region AND t.equipment_id = m.id;

UPDATE r_equipment r SET is_changed = true FROM moved_equipment m WHERE m.source_no = r.source_no AND m.row_no = r.row_no;

INSERT INTO rack_unit (region_id, rack_id, face, u_no, equipment_id, change_id)
SELECT :region, c.rack_id, c.face, c.u_no, c.id, :change FROM claimed_unit c JOIN r_equipment r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad
WHERE r.known_id IS NULL OR r.id IN (SELECT id FROM moved_equipment);
