INSERT INTO finding
SELECT source_no, row_no, 'NUMBER_SHAPE', 'error', 'digits', full_key, digits, 'a number, or first and last such as 5221000-5221099, of at most 10000 numbers', 'correct the range'
FROM r_number_state WHERE NOT bad AND (first_no IS NULL OR length(first_no) <> length(last_no) OR last_no < first_no OR last_no::bigint - first_no::bigint >= 10000);

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_CHOICE', 'error', 'ageing_until', full_key, use || ' until ' || ageing_until, 'a day only for a number that ages', 'correct the state, or leave the day empty'
FROM r_number_state WHERE NOT bad AND ageing_until IS NOT NULL AND use <> 'ageing';

CREATE TEMP TABLE number_claim ON COMMIT DROP AS
SELECT c.*, t.id, row_number() OVER w AS dup_no, first_value(c.row_no) OVER w AS first_row, first_value((c.use, c.ageing_until)::text) OVER w AS first_words
FROM (SELECT r.source_no, r.row_no, r.full_key, r.use, r.ageing_until, lpad(n.no::text, length(r.first_no), '0') AS digits
      FROM r_number_state r CROSS JOIN LATERAL generate_series(r.first_no::bigint, least(r.last_no::bigint, r.first_no::bigint + 9999)) n(no) WHERE NOT r.bad AND r.first_no IS NOT NULL) c
LEFT JOIN number t ON t.region_id = :region AND t.digits = c.digits
WINDOW w AS (PARTITION BY c.digits ORDER BY c.source_no, c.row_no);

INSERT INTO finding
SELECT source_no, row_no, 'NUMBER_MISSING', 'error', 'digits', full_key, min(digits) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END,
       'numbers of a block, in these files or in the network', 'correct the number, or add the block'
FROM number_claim WHERE id IS NULL GROUP BY source_no, row_no, full_key;

INSERT INTO finding
SELECT source_no, row_no, 'I1_CONTRADICTED', 'error', 'digits', full_key, min(digits) || ', told otherwise in row ' || min(first_row), 'one row per number', 'keep the row that is right'
FROM number_claim WHERE dup_no > 1 AND (use, ageing_until)::text <> first_words GROUP BY source_no, row_no, full_key;
