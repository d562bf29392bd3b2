INSERT INTO finding
SELECT d.source_no, d.row_no, 'I36', CASE d.verdict WHEN 'accepted' THEN 'warning' ELSE 'error' END, 'serial_no', d.subject,
       'the serial number of ' || d.old, 'one thing for one serial number',
       CASE d.verdict WHEN 'accepted' THEN 'taken for ' || d.old || ', moved here; its history stays' ELSE 'correct the serial number' END
FROM difference d WHERE d.rule = 'I36';

UPDATE r_equipment r SET known_id = d.thing_id, id = d.thing_id FROM difference d
WHERE d.rule = 'I36' AND d.layer = 'equipment' AND d.verdict = 'accepted' AND d.source_no = r.source_no AND d.row_no = r.row_no;

UPDATE equipment t SET code = d.new FROM difference d WHERE d.rule = 'I36' AND d.verdict = 'accepted' AND t.region_id = :region AND t.id = d.thing_id;

UPDATE code_index k SET is_alias = true FROM difference d WHERE d.rule = 'I36' AND d.verdict = 'accepted' AND k.region_id = :region AND k.kind = 'equipment' AND k.id = d.thing_id;

INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code, name)
SELECT :region, d.subject, 'equipment', d.thing_id, false, d.new, (SELECT e.name_zh FROM equipment e WHERE e.region_id = :region AND e.id = d.thing_id)
FROM difference d WHERE d.rule = 'I36' AND d.verdict = 'accepted' ON CONFLICT (region_id, code_key, kind, id) DO UPDATE SET is_alias = false;
