INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'rate_mbit', full_key, rate_mbit || ' Mbit/s', 'a rate above 0, or an empty cell', 'correct the rate'
FROM r_unmet_request WHERE NOT bad AND rate_mbit <= 0;
