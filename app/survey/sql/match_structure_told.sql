INSERT INTO finding
SELECT d.source_no, d.row_no, 'I31', CASE WHEN d.verdict IS NULL THEN 'error' ELSE 'info' END, 'code', d.subject, d.new || ' where ' || d.old || ' stands',
       'one code for one thing', CASE d.verdict WHEN 'accepted' THEN 'taken for another name of ' || d.old WHEN 'refused' THEN 'taken for a new thing'
       ELSE 'accept I31 where it is another name of ' || d.old || ', refuse it where it is a new thing' END
FROM difference d WHERE d.layer = 'structure' AND d.rule = 'I31';

UPDATE r_structure r SET known_id = d.thing_id, id = d.thing_id FROM difference d
WHERE d.rule = 'I31' AND d.layer = 'structure' AND d.verdict = 'accepted' AND d.source_no = r.source_no AND d.row_no = r.row_no;

-- The new code is another name; the plate keeps the old one.
INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code, name)
SELECT :region, d.subject, 'structure', d.thing_id, true, d.new, NULL FROM difference d WHERE d.rule = 'I31' AND d.verdict = 'accepted'
ON CONFLICT DO NOTHING;
