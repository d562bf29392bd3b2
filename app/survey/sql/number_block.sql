INSERT INTO finding
SELECT source_no, row_no, 'NUMBER_SHAPE', 'error', 'code', full_key, full_key, 'the first number of the block: 3 to 15 digits', 'correct the number'
FROM r_number_block WHERE NOT bad AND full_key !~ '^[0-9]{3,15}$';

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'number_count', full_key, number_count::text, '1 to 10000 numbers, all with as many digits as the first', 'correct the count'
FROM r_number_block WHERE NOT bad
AND CASE WHEN full_key ~ '^[0-9]{3,15}$' THEN number_count NOT BETWEEN 1 AND 10000 OR length((full_key::bigint + number_count - 1)::text) > length(full_key) END;

-- Blocks that share a number: with each other, then with those that are there.
CREATE TEMP TABLE block_span ON COMMIT DROP AS
SELECT source_no, row_no, full_key, known_id, length(full_key) AS digits, full_key::bigint AS first_no, full_key::bigint + number_count - 1 AS last_no
FROM r_number_block WHERE NOT bad AND dup_no = 1 AND full_key ~ '^[0-9]{3,15}$' AND number_count BETWEEN 1 AND 10000;

INSERT INTO finding
SELECT source_no, row_no, 'BLOCK_OVERLAP', 'error', 'code', full_key, 'numbers up to ' || before_no || ' are of the block before it', 'each number in one block', 'correct the first number or the counts'
FROM (SELECT b.*, max(last_no) OVER (PARTITION BY digits ORDER BY first_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_no FROM block_span b) b WHERE before_no >= first_no
UNION ALL
SELECT b.source_no, b.row_no, 'BLOCK_OVERLAP', 'error', 'code', b.full_key, 'numbers of block ' || t.code, 'each number in one block', 'correct the first number or the count'
FROM block_span b JOIN number_block t ON t.region_id = :region AND length(t.code_key) = b.digits
AND t.code_key::bigint <= b.last_no AND t.code_key::bigint + t.number_count > b.first_no WHERE b.known_id IS NULL;
