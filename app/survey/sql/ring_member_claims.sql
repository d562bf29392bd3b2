INSERT INTO finding
SELECT source_no, row_no, 'I1_CONTRADICTED', 'error', 'circuit', full_key, circuit || ', at ' || first_key || ' too', 'each section once in a ring', 'delete one of the two rows'
FROM (SELECT r.*, first_value(full_key) OVER w AS first_key, row_number() OVER w AS taken_no FROM r_ring_member r WHERE NOT bad AND dup_no = 1
      WINDOW w AS (PARTITION BY ring_id, circuit_id ORDER BY source_no, row_no)) m WHERE taken_no > 1
UNION ALL
SELECT r.source_no, r.row_no, 'I1_CONTRADICTED', 'error', 'circuit', r.full_key, r.circuit || ', at ' || t.seq || ' already', 'each section once in a ring', 'correct the row'
FROM r_ring_member r JOIN ring_member t ON t.region_id = :region AND t.ring_id = r.ring_id AND t.circuit_id = r.circuit_id AND t.seq <> r.seq
WHERE NOT r.bad AND NOT EXISTS (SELECT 1 FROM r_ring_member o WHERE o.ring_id = t.ring_id AND o.seq = t.seq AND NOT o.bad);
