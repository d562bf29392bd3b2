-- Circuits whose way differs from the one recorded; theirs is laid anew as a whole.
CREATE TEMP TABLE laid_circuit ON COMMIT DROP AS
SELECT DISTINCT coalesce(r.circuit_id, t.circuit_id) AS circuit_id
FROM (SELECT * FROM r_circuit_carrier WHERE NOT bad AND dup_no = 1) r
FULL JOIN (SELECT t.* FROM circuit_carrier t JOIN (SELECT DISTINCT circuit_id FROM r_circuit_carrier WHERE NOT bad) s ON s.circuit_id = t.circuit_id WHERE t.region_id = :region) t
  ON t.circuit_id = r.circuit_id AND t.path_no = r.own_path AND t.seq = r.seq
WHERE (r.conductor_id, r.port_id, r.lower_circuit_id, r.channel_no) IS DISTINCT FROM (t.conductor_id, t.port_id, t.lower_circuit_id, t.channel_no);

CREATE TEMP TABLE freed_carrier ON COMMIT DROP AS
SELECT t.conductor_id, t.port_id, t.lower_circuit_id FROM circuit_carrier t JOIN laid_circuit l ON l.circuit_id = t.circuit_id WHERE t.region_id = :region;

DELETE FROM circuit_carrier t USING laid_circuit l WHERE t.region_id = :region AND t.circuit_id = l.circuit_id;

INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, conductor_id, port_id, lower_circuit_id, channel_no, change_id)
SELECT :region, r.circuit_id, r.own_path, r.seq, r.conductor_id, r.port_id, r.lower_circuit_id, r.channel_no, :change
FROM r_circuit_carrier r JOIN laid_circuit l ON l.circuit_id = r.circuit_id WHERE NOT r.bad AND r.dup_no = 1 ORDER BY r.circuit_id, r.own_path, r.seq;

UPDATE r_circuit_carrier r SET is_changed = true FROM laid_circuit l WHERE l.circuit_id = r.circuit_id AND NOT r.bad AND r.dup_no = 1;
