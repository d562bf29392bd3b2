-- The first splitter on the way up is the border between the customer's part and the tree.
CREATE TEMP TABLE service_border ON COMMIT DROP AS
SELECT s.service_id, b.border_port_id, b.line_port_id, i.id AS input_port_id
FROM service_line s LEFT JOIN line_end e ON e.way_id = s.service_id
CROSS JOIN LATERAL (SELECT CASE WHEN s.access_role = 'split_out' THEN s.access_port_id WHEN e.role = 'split_out' THEN e.port_id END AS border_port_id,
                           CASE WHEN s.access_role = 'plain' THEN s.access_port_id WHEN e.is_line THEN e.port_id END AS line_port_id) b
LEFT JOIN port o ON o.region_id = :region AND o.id = b.border_port_id
LEFT JOIN LATERAL (
  SELECT q.id FROM port q LEFT JOIN joint_end j ON j.region_id = :region AND j.end_key = q.id * 8 + 6
  WHERE q.region_id = :region AND q.equipment_id = o.equipment_id AND q.split_no = o.split_no AND q.role = 'split_in' ORDER BY j.end_key IS NULL, q.no LIMIT 1) i ON true;

CREATE TEMP TABLE tree_start ON COMMIT DROP AS
SELECT DISTINCT input_port_id AS way_id, input_port_id * 8 + 6 AS leave_key FROM service_border WHERE input_port_id IS NOT NULL;
