CREATE TEMP TABLE port_seen ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.equipment_id, n.no, p.id AS port_id, r.oper_state, r.seen_at, r.source, t.oper_state AS known_state, t.seen_at AS known_at, t.source AS known_source,
       row_number() OVER (PARTITION BY r.equipment_id, n.no ORDER BY r.seen_at DESC, r.source_no, r.row_no) AS age_no
FROM r_port_observation r CROSS JOIN LATERAL unnest(r.ports) n(no)
     LEFT JOIN port p ON p.region_id = :region AND p.equipment_id = r.equipment_id AND p.no = n.no
     LEFT JOIN port_observation t ON t.region_id = :region AND t.port_id = p.id
WHERE NOT r.bad AND r.equipment_id IS NOT NULL;

ANALYZE port_seen;

INSERT INTO finding
SELECT source_no, row_no, 'PORT_MISSING', 'error', 'ports', full_key, 'port ' || min(no) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END,
       'ports that the equipment has', 'correct the range, or add the card'
FROM port_seen WHERE port_id IS NULL GROUP BY source_no, row_no, full_key;

-- The newest wins, so a time to come would win for ever.
INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'seen_at', full_key, to_char(seen_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'), 'a time that has passed', 'correct the time, or the clock of the system'
FROM r_port_observation WHERE NOT bad AND seen_at > now() + interval '1 hour';

INSERT INTO finding
SELECT s.source_no, s.row_no, 'I1_CONTRADICTED', 'error', 'oper_state', s.full_key, 'port ' || min(s.no) || ' ' || min(s.oper_state), min(o.oper_state) || ' at the same time in row ' || min(o.row_no), 'keep the row that is right'
FROM port_seen s JOIN port_seen o ON o.equipment_id = s.equipment_id AND o.no = s.no AND o.seen_at = s.seen_at AND o.oper_state <> s.oper_state
WHERE (s.source_no, s.row_no) > (o.source_no, o.row_no) GROUP BY s.source_no, s.row_no, s.full_key;

INSERT INTO finding
SELECT source_no, row_no, 'I27', 'warning', 'seen_at', full_key, 'port ' || min(no) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END || ', seen again since',
       'an observation after ' || to_char(max(known_at) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'), 'nothing: the newer one stays'
FROM port_seen WHERE known_at > seen_at AND age_no = 1 GROUP BY source_no, row_no, full_key;
