SELECT seq, step, speciality, owner_role, kpi_points, due_at, done_at, done_by, note
FROM work_order_step WHERE region_id = :region_id AND order_id = :id ORDER BY seq
