INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'floor_count', full_key, floor_count::text, '1 or more floors', 'correct the number'
FROM r_building WHERE NOT bad AND floor_count < 1;
