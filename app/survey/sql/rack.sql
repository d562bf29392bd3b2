INSERT INTO finding
SELECT source_no, row_no, 'K12', 'error', 'height_u', full_key, height_u || ' U', '1 to 100 U', 'correct the height'
FROM r_rack WHERE NOT bad AND height_u NOT BETWEEN 1 AND 100;
