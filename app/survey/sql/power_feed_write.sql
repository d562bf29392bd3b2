CREATE TEMP TABLE fed ON COMMIT DROP AS
SELECT r.*, coalesce(r.breaker_a, t.breaker_a) AS own_breaker_a, coalesce(r.load_a, t.load_a) AS own_load_a
FROM r_power_feed r LEFT JOIN power_feed t ON t.region_id = :region AND t.id = r.known_id
WHERE NOT r.bad AND r.dup_no = 1 AND (r.known_id IS NULL OR (t.load_equipment_id, t.load_rack_id, t.side, t.breaker_a, t.load_a)
      IS DISTINCT FROM (r.load_equipment_id, r.load_rack_id, r.side, coalesce(r.breaker_a, t.breaker_a), coalesce(r.load_a, t.load_a)));

-- Two outlets may change their loads, so those that change are taken out together.
DELETE FROM power_feed t USING fed n WHERE t.region_id = :region AND t.id = n.known_id;

INSERT INTO power_feed (region_id, id, source_equipment_id, outlet_no, load_equipment_id, load_rack_id, side, breaker_a, load_a, change_id)
SELECT :region, id, source_id, outlet_no, load_equipment_id, load_rack_id, side, own_breaker_a, own_load_a, :change FROM fed;

UPDATE r_power_feed r SET is_changed = true FROM fed n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
