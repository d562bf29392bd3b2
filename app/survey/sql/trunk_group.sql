INSERT INTO finding
SELECT source_no, row_no, 'FAR_END', 'error', 'z_office', full_key, CASE WHEN z_office IS NULL THEN 'no far end' ELSE z_office || ' and ' || far_end END,
       'an office of ours or a far end in words, one of the two', 'fill in one, leave the other empty'
FROM r_trunk_group WHERE NOT bad AND num_nonnulls(z_office, far_end) <> 1;

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'e1_count', full_key, e1_count::text, '1 or more E1', 'correct the number'
FROM r_trunk_group WHERE NOT bad AND e1_count < 1;
