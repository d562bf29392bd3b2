INSERT INTO finding
SELECT source_no, row_no, 'POWER_KIND', 'error', 'source', full_key, source || ', which is ' || model_kind,
       'power equipment: mains, genset, ats, ac_panel, rectifier, dc_panel, battery or ups', 'correct the source'
FROM r_power_feed WHERE NOT bad AND model_kind NOT IN ('mains', 'genset', 'ats', 'ac_panel', 'rectifier', 'dc_panel', 'battery', 'ups');

INSERT INTO finding
SELECT source_no, row_no, 'FEED_LOAD', 'error', 'load_equipment', full_key, coalesce(load_equipment || ' and ' || load_rack, 'no load'), 'equipment or a rack, one of the two',
       'fill in one, leave the other empty'
FROM r_power_feed WHERE NOT bad AND num_nonnulls(load_equipment, load_rack) <> 1;

INSERT INTO finding
SELECT source_no, row_no, 'K13', 'error', 'load_equipment', full_key, source || ' feeds itself', 'a load other than the source', 'correct the source or the load'
FROM r_power_feed WHERE NOT bad AND source_id = load_equipment_id;

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'breaker_a', full_key, breaker_a || ' A', 'a breaker above 0 A', 'correct the breaker'
FROM r_power_feed WHERE NOT bad AND breaker_a <= 0;
