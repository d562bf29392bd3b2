INSERT INTO finding
SELECT r.source_no, r.row_no, 'I8', 'error', 'strands', r.full_key, 'number ' || min(n.no) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END,
       '1 to ' || min(g.conductor_count), 'correct the range'
FROM r_conductor_state r JOIN cable_segment g ON g.region_id = :region AND g.id = r.segment_id CROSS JOIN LATERAL unnest(r.strands) n(no)
WHERE NOT r.bad AND n.no NOT BETWEEN 1 AND g.conductor_count GROUP BY r.source_no, r.row_no, r.full_key;

INSERT INTO finding
SELECT r.source_no, r.row_no, 'STATE_NOT_IN_SERVICE', 'error', 'use', r.full_key, r.use || ' while ' || coalesce(r.life, g.life), 'in service, or not held', 'correct the use, or the life of the segment'
FROM r_conductor_state r JOIN cable_segment g ON g.region_id = :region AND g.id = r.segment_id
WHERE NOT r.bad AND r.use IN ('reserved', 'in_use') AND coalesce(r.life, g.life) NOT IN ('in_service', 'pending_removal');

CREATE TEMP TABLE conductor_claim ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.segment_id, n.no, r.life, r.use, r.health,
       row_number() OVER w AS dup_no, first_value(r.row_no) OVER w AS first_row, first_value((r.life, r.use, r.health)::text) OVER w AS first_words
FROM r_conductor_state r CROSS JOIN LATERAL unnest(r.strands) n(no) WHERE NOT r.bad
WINDOW w AS (PARTITION BY r.segment_id, n.no ORDER BY r.source_no, r.row_no);

INSERT INTO finding
SELECT source_no, row_no, 'I1_CONTRADICTED', 'error', 'strands', full_key, 'number ' || min(no) || ', told otherwise in row ' || min(first_row), 'one row per strand or pair', 'keep the row that is right'
FROM conductor_claim WHERE dup_no > 1 AND (life, use, health)::text <> first_words GROUP BY source_no, row_no, full_key;
