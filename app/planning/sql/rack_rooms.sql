-- Racks in a grid or in one inside it: units that something stands in or a project claims, watts and amperes left (empty where nobody wrote a
-- limit down), and the room; rooms with most equipment of lines first.
SELECT r.id, k.code, o.code AS room, r.height_u, r.power_kw * 1000 - coalesce(w.watts, 0) AS watts, f.amps, coalesce(u.taken, '{}') AS taken
FROM rack r
JOIN LATERAL (SELECT code FROM code_index WHERE region_id = :region_id AND kind = 'rack' AND id = r.id AND NOT is_alias LIMIT 1) k ON true
JOIN room m ON m.region_id = :region_id AND m.id = r.room_id
JOIN LATERAL (SELECT code FROM code_index WHERE region_id = :region_id AND kind = 'room' AND id = m.id AND NOT is_alias LIMIT 1) o ON true
JOIN site i ON i.region_id = :region_id AND i.id = m.site_id
JOIN structure t ON t.region_id = :region_id AND t.id = i.structure_id
JOIN grid g ON g.region_id = :region_id AND g.id = t.grid_id AND (g.id = :grid OR g.parent_id = :grid)
LEFT JOIN LATERAL (
  SELECT sum(x.power_w) AS watts FROM (
    SELECT p.power_w FROM equipment e JOIN equipment_model p ON p.id = e.model_id
    WHERE e.region_id = :region_id AND e.rack_id = r.id AND e.life <> 'retired'
    UNION ALL
    SELECT p.power_w FROM equipment e JOIN card c ON c.region_id = :region_id AND c.equipment_id = e.id AND c.life <> 'retired'
    JOIN equipment_model p ON p.id = c.model_id
    WHERE e.region_id = :region_id AND e.rack_id = r.id AND e.life <> 'retired') x) w ON true
LEFT JOIN LATERAL (
  SELECT min(f.breaker_a * CAST(:high_load AS float8) - coalesce(f.load_a, 0)) AS amps
  FROM power_feed f WHERE f.region_id = :region_id AND f.load_rack_id = r.id) f ON true
LEFT JOIN LATERAL (
  SELECT array_agg(DISTINCT x.u_no) AS taken FROM (
    SELECT u.u_no FROM rack_unit u WHERE u.region_id = :region_id AND u.rack_id = r.id
    UNION ALL SELECT c.u_no FROM project_claim c WHERE c.region_id = :region_id AND c.rack_id = r.id) x) u ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS lines FROM equipment e JOIN equipment_model p ON p.id = e.model_id AND p.kind IN ('olt', 'dslam', 'ag')
  JOIN rack q ON q.region_id = :region_id AND q.id = e.rack_id AND q.room_id = m.id WHERE e.region_id = :region_id) n ON true
WHERE r.region_id = :region_id
ORDER BY n.lines DESC, k.code
