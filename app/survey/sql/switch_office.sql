-- A host may stand in these files or in the network; the files win.
UPDATE r_switch_office r SET host_id = coalesce(h.id, t.id)
FROM r_switch_office c LEFT JOIN r_switch_office h ON h.full_key = c.host AND h.role = 'host' AND h.dup_no = 1 AND NOT h.bad
LEFT JOIN switch_office t ON t.region_id = :region AND t.code_key = c.host AND t.role = 'host'
WHERE r.source_no = c.source_no AND r.row_no = c.row_no AND c.host IS NOT NULL;

INSERT INTO finding
SELECT source_no, row_no, 'PARENT_MISSING', 'error', 'host', full_key, host, 'a host office in these files or in the network', 'correct the code, or add the host office'
FROM r_switch_office WHERE NOT bad AND role <> 'host' AND host IS NOT NULL AND host_id IS NULL;

INSERT INTO finding
SELECT source_no, row_no, 'OFFICE_HOST', 'error', 'host', full_key, role || CASE WHEN host IS NULL THEN ' without a host' ELSE ' that hangs on ' || host END,
       'a host office stands alone; a remote module and a gateway name theirs', 'correct the role or the host'
FROM r_switch_office WHERE NOT bad AND (role = 'host') <> (host IS NULL);

INSERT INTO finding
SELECT source_no, row_no, 'I1_CONTRADICTED', 'error', 'equipment', full_key, equipment || ', which is ' || first_key, 'one office per equipment', 'correct one of the two'
FROM (SELECT r.*, first_value(full_key) OVER w AS first_key, row_number() OVER w AS taken_no FROM r_switch_office r WHERE NOT bad AND dup_no = 1
      WINDOW w AS (PARTITION BY equipment_id ORDER BY source_no, row_no)) o
WHERE taken_no > 1 AND equipment_id IS NOT NULL
UNION ALL
SELECT r.source_no, r.row_no, 'I1_CONTRADICTED', 'error', 'equipment', r.full_key, r.equipment || ', which is ' || t.code, 'one office per equipment', 'correct the equipment'
FROM r_switch_office r JOIN switch_office t ON t.region_id = :region AND t.equipment_id = r.equipment_id AND t.code_key <> r.full_key WHERE NOT r.bad;

-- An office falls with the row that brings its host.
INSERT INTO finding
SELECT DISTINCT r.source_no, r.row_no, 'PARENT_REFUSED', 'error', 'host', r.full_key, r.host, 'host office in these files or in the network', 'mend row ' || h.row_no || ' that brings it; it is refused'
FROM r_switch_office r JOIN r_switch_office h ON h.full_key = r.host AND h.dup_no = 1 AND h.known_id IS NULL
JOIN finding f ON f.source_no = h.source_no AND f.row_no = h.row_no AND f.severity = 'error' WHERE NOT r.bad AND r.role <> 'host';
