-- One refused row refuses the whole way of its circuit: half a way is no way.
UPDATE r_circuit_carrier r SET bad = true FROM (SELECT DISTINCT circuit_id FROM r_circuit_carrier WHERE bad) b WHERE b.circuit_id = r.circuit_id AND NOT r.bad;

-- Each strand, port and channel carries one circuit: the first row keeps it.
INSERT INTO finding
SELECT source_no, row_no, CASE WHEN lower_circuit_id IS NULL THEN 'O6' ELSE 'CHANNEL_TAKEN' END, 'error', NULL, full_key,
       coalesce(segment || ':' || strand, equipment || '/' || port, lower_circuit || ' channel ' || channel_no) || ' carries ' || first_key, 'one circuit on it', 'correct one of the two rows'
FROM (SELECT r.*, first_value(full_key) OVER w AS first_key, row_number() OVER w AS taken_no FROM r_circuit_carrier r WHERE NOT bad AND dup_no = 1
      WINDOW w AS (PARTITION BY conductor_id, port_id, lower_circuit_id, channel_no ORDER BY source_no, row_no)) c
WHERE taken_no > 1 AND num_nonnulls(conductor_id, port_id, lower_circuit_id) = 1;

-- Then what circuits hold whose way these rows leave as it is.
INSERT INTO finding
SELECT DISTINCT r.source_no, r.row_no, CASE WHEN r.lower_circuit_id IS NULL THEN 'O6' ELSE 'CHANNEL_TAKEN' END, 'error', NULL::text, r.full_key,
       coalesce(r.segment || ':' || r.strand, r.equipment || '/' || r.port, r.lower_circuit || ' channel ' || r.channel_no) || ' carries ' || c.code, 'one circuit on it', 'correct the row, or free it first'
FROM (SELECT r.*, t.circuit_id AS holder_id FROM r_circuit_carrier r JOIN circuit_carrier t ON t.region_id = :region AND t.conductor_id = r.conductor_id WHERE NOT r.bad
      UNION ALL SELECT r.*, t.circuit_id FROM r_circuit_carrier r JOIN circuit_carrier t ON t.region_id = :region AND t.port_id = r.port_id WHERE NOT r.bad
      UNION ALL SELECT r.*, t.circuit_id FROM r_circuit_carrier r JOIN circuit_carrier t ON t.region_id = :region AND t.lower_circuit_id = r.lower_circuit_id AND t.channel_no = r.channel_no WHERE NOT r.bad) r
JOIN circuit c ON c.region_id = :region AND c.id = r.holder_id
WHERE r.holder_id <> r.circuit_id AND NOT EXISTS (SELECT 1 FROM r_circuit_carrier o WHERE o.circuit_id = r.holder_id AND NOT o.bad);

-- What rides on itself by way of others (I25): every row of the circle is told, with the circle.
INSERT INTO finding
WITH RECURSIVE edge AS MATERIALIZED (
  SELECT DISTINCT circuit_id, lower_circuit_id FROM r_circuit_carrier WHERE NOT bad AND lower_circuit_id IS NOT NULL
  UNION SELECT t.circuit_id, t.lower_circuit_id FROM circuit_carrier t WHERE t.region_id = :region AND t.lower_circuit_id IS NOT NULL AND NOT EXISTS (SELECT FROM r_circuit_carrier o WHERE o.circuit_id = t.circuit_id AND NOT o.bad)),
way (start_id, path) AS (
  SELECT circuit_id, ARRAY[circuit_id, lower_circuit_id] FROM (SELECT DISTINCT circuit_id, lower_circuit_id FROM r_circuit_carrier WHERE NOT bad AND lower_circuit_id <> circuit_id) s
  UNION ALL SELECT w.start_id, w.path || e.lower_circuit_id FROM way w JOIN edge e ON e.circuit_id = w.path[cardinality(w.path)]
  WHERE w.path[cardinality(w.path)] <> w.start_id AND (e.lower_circuit_id = w.start_id OR e.lower_circuit_id <> ALL (w.path)) AND cardinality(w.path) < 32)
SELECT r.source_no, r.row_no, 'CIRCUIT_LOOP', 'error', 'lower_circuit', r.full_key, c.told, 'circuits that ride on others, never on themselves', 'correct one of the lower circuits'
FROM r_circuit_carrier r JOIN (SELECT DISTINCT ON (start_id) start_id, path FROM way WHERE path[cardinality(path)] = start_id ORDER BY start_id, cardinality(path)) w ON w.start_id = r.circuit_id AND r.lower_circuit_id = w.path[2]
CROSS JOIN LATERAL (SELECT string_agg(c.code, ' > ' ORDER BY p.n) AS told FROM unnest(w.path) WITH ORDINALITY p(id, n) JOIN circuit c ON c.region_id = :region AND c.id = p.id) c
WHERE NOT r.bad;
