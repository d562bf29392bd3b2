SELECT o.id, o.code, o.kind, o.state, o.step, o.product, o.rate_mbit, c.code AS customer, b.code || '/' || a.code AS address, s.code AS service,
       r.code AS reservation, t.owner_role, t.due_at, f.due_at AS before_at, o.opened_at, o.opened_by, o.change_id,
       (SELECT sum(coalesce(p.until_at, p.from_at) - p.from_at) FROM work_order_pause p WHERE p.region_id = :region_id AND p.order_id = o.id) AS paused
FROM work_order o
LEFT JOIN work_order_step t ON t.region_id = :region_id AND t.order_id = o.id AND t.step = o.step
LEFT JOIN work_order_step f ON f.region_id = :region_id AND f.order_id = o.id AND f.seq = t.seq - 1
LEFT JOIN customer c ON c.region_id = :region_id AND c.id = o.customer_id
LEFT JOIN address a ON a.region_id = :region_id AND a.id = o.address_id
LEFT JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
LEFT JOIN service s ON s.region_id = :region_id AND s.id = o.service_id
LEFT JOIN reservation r ON r.region_id = :region_id AND r.id = o.reservation_id
WHERE o.region_id = :region_id AND (CAST(:state AS text) IS NULL OR o.state = :state) AND (CAST(:after AS bigint) IS NULL OR o.id < :after)
  AND (CAST(:code AS text) IS NULL OR o.code_key = upper(btrim(:code)))
  AND (CAST(:grids AS bigint[]) IS NULL OR b.grid_id = ANY(:grids))
ORDER BY o.id DESC LIMIT :most
