INSERT INTO finding
SELECT source_no, row_no, 'LINE_WITHOUT_SERVICE', 'error', 'number', full_key, number, 'a number that a live service holds', 'correct the number, or deliver its service'
FROM r_line_record WHERE NOT bad AND service_id IS NULL;

-- What the row names, with what it became.
CREATE TEMP TABLE line_word ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.service_id, w.field, w.word, w.is_port, w.is_known, w.conductor_id, w.port_id, w.equipment_id
FROM r_line_record r CROSS JOIN LATERAL (VALUES
  ('line_port', r.line_equipment || '/' || r.line_port, true, r.line_port_id IS NOT NULL, NULL::bigint, r.line_port_id, NULL::bigint),
  ('mdf_port', r.mdf || '/' || r.mdf_port, true, r.mdf_port_id IS NOT NULL, NULL, r.mdf_port_id, NULL),
  ('feeder_pair', r.feeder_segment || ':' || r.feeder_pair, false, r.feeder_pair_id IS NOT NULL, r.feeder_pair_id, NULL, NULL),
  ('cabinet', r.cabinet, true, true, NULL, NULL, r.cabinet_id),
  ('distribution_pair', r.distribution_segment || ':' || r.distribution_pair, false, r.distribution_pair_id IS NOT NULL, r.distribution_pair_id, NULL, NULL),
  ('dp_port', r.dp || '/' || r.dp_port, true, r.dp_port_id IS NOT NULL, NULL, r.dp_port_id, NULL)) w(field, word, is_port, is_known, conductor_id, port_id, equipment_id)
WHERE NOT r.bad AND w.word IS NOT NULL;

INSERT INTO finding
SELECT w.source_no, w.row_no, CASE WHEN w.is_port THEN 'PORT_MISSING' ELSE 'I8' END, 'error', w.field, w.full_key, w.word,
       CASE WHEN w.is_port THEN 'ports that the equipment has' ELSE 'numbers that the segment has' END, 'correct the row'
FROM line_word w WHERE NOT w.is_known
AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.source_no = w.source_no AND f.row_no = w.row_no AND f.rule IN ('PARENT_MISSING', 'PARENT_REFUSED'));

-- The chain as the joints give it.
CREATE TEMP TABLE line_chain ON COMMIT DROP AS
SELECT r.service_id, h.circuit_id, c.conductor_id, c.port_id, p.equipment_id, c.seq
FROM (SELECT DISTINCT service_id FROM r_line_record WHERE service_id IS NOT NULL AND NOT bad) r
JOIN service_resource h ON h.region_id = :region AND h.service_id = r.service_id AND h.circuit_id IS NOT NULL AND h.ended_on IS NULL
JOIN circuit_carrier c ON c.region_id = :region AND c.circuit_id = h.circuit_id LEFT JOIN port p ON p.region_id = :region AND p.id = c.port_id;

CREATE TEMP TABLE line_difference ON COMMIT DROP AS
SELECT w.* FROM line_word w
LEFT JOIN line_chain s ON s.service_id = w.service_id AND s.conductor_id = w.conductor_id
LEFT JOIN line_chain p ON p.service_id = w.service_id AND p.port_id = w.port_id
LEFT JOIN (SELECT DISTINCT service_id, equipment_id FROM line_chain) e ON e.service_id = w.service_id AND e.equipment_id = w.equipment_id
WHERE w.service_id IS NOT NULL AND w.is_known AND s.service_id IS NULL AND p.service_id IS NULL AND e.service_id IS NULL;

CREATE TEMP TABLE line_said ON COMMIT DROP AS
SELECT l.service_id, string_agg(coalesce(k.code || ':' || n.no, e.code || '/' || p.no), ' - ' ORDER BY l.seq) AS words
FROM line_chain l JOIN (SELECT DISTINCT service_id FROM line_difference) d ON d.service_id = l.service_id
LEFT JOIN conductor n ON n.region_id = :region AND n.id = l.conductor_id LEFT JOIN code_index k ON k.region_id = :region AND k.kind = 'segment' AND k.id = n.segment_id AND NOT k.is_alias
LEFT JOIN port p ON p.region_id = :region AND p.id = l.port_id LEFT JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id
GROUP BY l.service_id;

INSERT INTO finding
SELECT d.source_no, d.row_no, 'LINE_DIFFERS', 'warning', d.field, d.full_key, 'the record says ' || d.word, coalesce('the joints say ' || s.words, 'the joints reach no line port'),
       'look at the place, then correct the record or the joint'
FROM line_difference d LEFT JOIN line_said s ON s.service_id = d.service_id;
