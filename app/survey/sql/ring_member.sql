INSERT INTO finding
SELECT source_no, row_no, 'RING_SECTION', 'error', 'circuit', full_key, circuit || ', which is ' || circuit_kind, 'a transmission section', 'correct the circuit'
FROM r_ring_member WHERE NOT bad AND circuit_kind <> 'section'
UNION ALL
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'seq', full_key, seq::text, '1 to 32767', 'correct the sequence'
FROM r_ring_member WHERE NOT bad AND seq NOT BETWEEN 1 AND 32767;
