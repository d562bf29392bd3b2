CREATE TEMP TABLE rated ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.equipment_id, t.equipment_id IS NOT NULL AS is_known, coalesce(r.voltage_v, t.voltage_v) AS voltage_v, coalesce(r.rated_a, t.rated_a) AS rated_a,
       coalesce(r.rated_kw, t.rated_kw) AS rated_kw, coalesce(r.rated_kva, t.rated_kva) AS rated_kva, coalesce(r.capacity_ah, t.capacity_ah) AS capacity_ah,
       coalesce(r.cell_count, t.cell_count) AS cell_count, coalesce(r.module_count, t.module_count) AS module_count, coalesce(r.module_a, t.module_a) AS module_a,
       coalesce(r.feed_class, t.feed_class) AS feed_class, coalesce(r.earth_ohm, t.earth_ohm) AS earth_ohm
FROM r_power_rating r LEFT JOIN power_rating t ON t.region_id = :region AND t.equipment_id = r.equipment_id WHERE NOT r.bad AND r.dup_no = 1;

DELETE FROM rated n USING power_rating t WHERE t.region_id = :region AND t.equipment_id = n.equipment_id
AND (t.voltage_v, t.rated_a, t.rated_kw, t.rated_kva, t.capacity_ah, t.cell_count, t.module_count, t.module_a, t.feed_class, t.earth_ohm)
    IS NOT DISTINCT FROM (n.voltage_v, n.rated_a, n.rated_kw, n.rated_kva, n.capacity_ah, n.cell_count, n.module_count, n.module_a, n.feed_class, n.earth_ohm);

UPDATE power_rating t SET voltage_v = n.voltage_v, rated_a = n.rated_a, rated_kw = n.rated_kw, rated_kva = n.rated_kva, capacity_ah = n.capacity_ah, cell_count = n.cell_count,
       module_count = n.module_count, module_a = n.module_a, feed_class = n.feed_class, earth_ohm = n.earth_ohm
FROM rated n WHERE t.region_id = :region AND t.equipment_id = n.equipment_id;

INSERT INTO power_rating (region_id, equipment_id, voltage_v, rated_a, rated_kw, rated_kva, capacity_ah, cell_count, module_count, module_a, feed_class, earth_ohm, change_id)
SELECT :region, equipment_id, voltage_v, rated_a, rated_kw, rated_kva, capacity_ah, cell_count, module_count, module_a, feed_class, earth_ohm, :change FROM rated WHERE NOT is_known;

UPDATE r_power_rating r SET is_changed = true FROM rated n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
