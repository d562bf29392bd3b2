UPDATE serving t SET equipment_id = r.equipment_id, distance_m = coalesce(r.distance_m, t.distance_m) FROM r_serving r
WHERE NOT r.bad AND r.dup_no = 1 AND r.known_equipment_id IS NOT NULL AND t.region_id = :region AND t.address_id = r.address_id AND t.technology = r.technology
AND (r.known_equipment_id, r.known_distance_m) IS DISTINCT FROM (r.equipment_id, coalesce(r.distance_m, r.known_distance_m));

INSERT INTO serving (region_id, address_id, technology, equipment_id, distance_m, change_id)
SELECT :region, address_id, technology, equipment_id, distance_m, :change FROM r_serving WHERE NOT bad AND dup_no = 1 AND known_equipment_id IS NULL;

UPDATE r_serving r SET is_changed = true
WHERE NOT bad AND dup_no = 1 AND (known_equipment_id, known_distance_m) IS DISTINCT FROM (equipment_id, coalesce(distance_m, known_distance_m));
