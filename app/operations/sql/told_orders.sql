-- Orders with their names, their step's owner, their limit with the pauses put on, and whether they are late.
SELECT o.id, o.code, o.kind, o.state, o.step, o.product, o.rate_mbit, c.code AS customer, b.code || '/' || a.code AS address, s.code AS service,
       r.code AS reservation, t.owner_role, d.due_at, o.opened_at, o.opened_by, o.change_id, l.lateness
FROM work_order o
LEFT JOIN work_order_step t ON t.region_id = :region_id AND t.order_id = {point} AND t.step = o.step
LEFT JOIN work_order_step f ON f.region_id = :region_id AND f.order_id = {point} AND f.seq = t.seq - 1
LEFT JOIN LATERAL (
  SELECT sum(coalesce(x.until_at, x.from_at) - x.from_at) AS paused FROM work_order_pause x WHERE x.region_id = :region_id AND x.order_id = {point}
) p ON true
LEFT JOIN LATERAL (
  SELECT t.due_at + coalesce(p.paused, interval '0') AS due_at,
         (t.due_at - coalesce(f.due_at, o.opened_at)) * CAST(:near_ratio AS double precision) AS near
  WHERE o.state IN ('open', 'paused')
) d ON true
CROSS JOIN LATERAL (
  SELECT CASE WHEN d.due_at IS NULL THEN NULL WHEN o.state = 'paused' THEN 'paused' WHEN d.due_at <= CAST(:now AS timestamptz) THEN 'late'
              WHEN d.due_at <= CAST(:now AS timestamptz) + d.near THEN 'near' ELSE 'in_time' END AS lateness
) l
LEFT JOIN customer c ON c.region_id = :region_id AND c.id = o.customer_id
LEFT JOIN address a ON a.region_id = :region_id AND a.id = o.address_id
LEFT JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
LEFT JOIN service s ON s.region_id = :region_id AND s.id = o.service_id
LEFT JOIN reservation r ON r.region_id = :region_id AND r.id = o.reservation_id
WHERE o.region_id = :region_id AND (CAST(:states AS text[]) IS NULL OR o.state = ANY(:states)) AND (CAST(:kind AS text) IS NULL OR o.kind = :kind)
  AND (CAST(:product AS text) IS NULL OR o.product = :product) AND (CAST(:code AS text) IS NULL OR o.code_key = upper(btrim(:code)))
  AND (CAST(:owner AS text) IS NULL OR t.owner_role = :owner) AND (CAST(:lateness AS text) IS NULL OR l.lateness = :lateness)
  AND (CAST(:of_kind AS text) IS NULL OR CASE :of_kind WHEN 'service' THEN o.service_id WHEN 'customer' THEN o.customer_id ELSE o.address_id END = :of_id)
  AND (CAST(:grids AS bigint[]) IS NULL OR b.grid_id = ANY(:grids))
