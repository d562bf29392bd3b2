-- New codes with the serial number of a thing that is known under another: it was moved, and keeps its history (I36).
INSERT INTO difference (source_no, row_no, layer, subject, field, rule, old, new, thing_id)
SELECT DISTINCT ON (r.source_no, r.row_no) r.source_no, r.row_no, 'equipment', r.full_key, 'code', 'I36', e.code, r.full_code, e.id
FROM r_equipment r JOIN equipment e ON e.region_id = :region AND e.life <> 'retired' AND upper(btrim(e.serial_no)) = upper(btrim(r.serial_no)) AND e.model_id = r.model_id {inside}
WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1 AND NOT EXISTS (SELECT FROM r_equipment o WHERE o.known_id = e.id)
ORDER BY r.source_no, r.row_no, e.id;
