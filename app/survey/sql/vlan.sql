INSERT INTO finding
SELECT source_no, row_no, 'VLAN_RANGE', 'error', CASE WHEN s_vlan BETWEEN 1 AND 4094 THEN 'c_vlans' ELSE 's_vlan' END, full_key,
       CASE WHEN s_vlan BETWEEN 1 AND 4094 THEN 'inner tag ' || (SELECT max(n) FROM unnest(c_vlans) n) ELSE 'outer tag ' || s_vlan END, '1 to 4094', 'correct the tag'
FROM r_vlan WHERE NOT bad AND (s_vlan NOT BETWEEN 1 AND 4094 OR EXISTS (SELECT 1 FROM unnest(c_vlans) n WHERE n NOT BETWEEN 1 AND 4094));

CREATE TEMP TABLE vlan_claim ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.gateway_id, r.s_vlan::smallint AS s_vlan, n.no::smallint AS c_vlan, r.purpose, r.use,
       row_number() OVER w AS dup_no, first_value(r.row_no) OVER w AS first_row, first_value((r.purpose, r.use)::text) OVER w AS first_words
FROM r_vlan r LEFT JOIN LATERAL unnest(r.c_vlans) n(no) ON true
WHERE NOT r.bad AND r.gateway_id IS NOT NULL AND r.s_vlan BETWEEN 1 AND 4094 AND coalesce(n.no, 1) BETWEEN 1 AND 4094
WINDOW w AS (PARTITION BY r.gateway_id, r.s_vlan, n.no ORDER BY r.source_no, r.row_no);

ANALYZE vlan_claim;

INSERT INTO finding
SELECT source_no, row_no, CASE WHEN bool_and(is_same) THEN 'I1_REPEATED' ELSE 'I1_CONTRADICTED' END, CASE WHEN bool_and(is_same) THEN 'warning' ELSE 'error' END, 'c_vlans', full_key,
       coalesce('inner tag ' || min(c_vlan), 'the outer tag') || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END || ', told in row ' || min(first_row) || ' too',
       'each VLAN once at its gateway', 'delete one of the two rows'
FROM (SELECT *, (purpose, use)::text = first_words AS is_same FROM vlan_claim WHERE dup_no > 1) d GROUP BY source_no, row_no, full_key;
