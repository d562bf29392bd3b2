CREATE TEMP TABLE port_newest ON COMMIT DROP AS
SELECT s.source_no, s.row_no, s.port_id, s.oper_state, s.seen_at, s.source, s.known_at FROM port_seen s
JOIN r_port_observation r ON r.source_no = s.source_no AND r.row_no = s.row_no AND NOT r.bad
WHERE s.age_no = 1 AND (s.known_at IS NULL OR s.seen_at > s.known_at OR (s.seen_at = s.known_at AND (s.oper_state, s.source) <> (s.known_state, s.known_source)));

ANALYZE port_newest;

UPDATE port_observation t SET oper_state = n.oper_state, seen_at = n.seen_at, source = n.source
FROM port_newest n WHERE n.known_at IS NOT NULL AND t.region_id = :region AND t.port_id = n.port_id;

INSERT INTO port_observation (region_id, port_id, oper_state, seen_at, source, change_id)
SELECT :region, port_id, oper_state, seen_at, source, :change FROM port_newest WHERE known_at IS NULL;

UPDATE r_port_observation r SET is_changed = true FROM (SELECT DISTINCT source_no, row_no FROM port_newest) n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
