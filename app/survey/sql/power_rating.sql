INSERT INTO finding
SELECT source_no, row_no, 'POWER_KIND', 'error', 'equipment', full_key, equipment || ', which is ' || model_kind,
       'power equipment: mains, genset, ats, ac_panel, rectifier, dc_panel, battery, ups, cooling or earth', 'correct the equipment'
FROM r_power_rating WHERE NOT bad AND model_kind NOT IN ('mains', 'genset', 'ats', 'ac_panel', 'rectifier', 'dc_panel', 'battery', 'ups', 'cooling', 'earth');

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', NULL, full_key, 'a rating of 0', 'ratings above 0, or empty cells', 'correct the rating'
FROM r_power_rating WHERE NOT bad AND least(voltage_v, rated_a, rated_kw, rated_kva, capacity_ah, cell_count, module_count, module_a, earth_ohm) <= 0;

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'feed_class', full_key, 'class ' || feed_class, '1 to 4', 'correct the class'
FROM r_power_rating WHERE NOT bad AND feed_class NOT BETWEEN 1 AND 4;

INSERT INTO finding
SELECT r.source_no, r.row_no, 'VALUE_REQUIRED', 'error', CASE WHEN r.module_count IS NULL THEN 'module_count' ELSE 'module_a' END, r.full_key,
       coalesce(r.module_count || ' modules', r.module_a || ' A a module'), 'number of modules and current of one', 'fill in the other of the two'
FROM r_power_rating r LEFT JOIN power_rating t ON t.region_id = :region AND t.equipment_id = r.equipment_id
WHERE NOT r.bad AND (coalesce(r.module_count, t.module_count) IS NULL) <> (coalesce(r.module_a, t.module_a) IS NULL);
