-- One A and one B feed: among these rows, then against feeds that these rows leave as they are.
INSERT INTO finding
SELECT source_no, row_no, 'FEED_TWICE', 'error', 'side', full_key, side || ' feed of ' || coalesce(load_equipment, load_rack) || ', given by ' || first_key,
       'one A feed and one B feed', 'correct the side or the load'
FROM (SELECT r.*, first_value(full_key) OVER w AS first_key, row_number() OVER w AS taken_no FROM r_power_feed r WHERE NOT bad AND dup_no = 1
      WINDOW w AS (PARTITION BY load_equipment_id, load_rack_id, side ORDER BY source_no, row_no)) f
WHERE taken_no > 1
UNION ALL
SELECT r.source_no, r.row_no, 'FEED_TWICE', 'error', 'side', r.full_key, r.side || ' feed of ' || coalesce(r.load_equipment, r.load_rack) || ', given by ' || e.code || ':' || t.outlet_no,
       'one A feed and one B feed', 'correct the side or the load'
FROM r_power_feed r JOIN power_feed t ON t.region_id = :region AND t.side = r.side AND (t.load_equipment_id = r.load_equipment_id OR t.load_rack_id = r.load_rack_id)
JOIN equipment e ON e.region_id = :region AND e.id = t.source_equipment_id
WHERE NOT r.bad AND r.dup_no = 1 AND t.id <> r.id AND NOT EXISTS (SELECT 1 FROM r_power_feed o WHERE o.known_id = t.id AND NOT o.bad);
