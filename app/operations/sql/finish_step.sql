-- Marks a step as done; the next one that is not, if any.
WITH done AS (
  UPDATE work_order_step SET done_at = :now, done_by = :by, note = :note WHERE region_id = :region_id AND order_id = :order_id AND step = :step RETURNING seq
)
SELECT s.step FROM work_order_step s JOIN done d ON s.seq > d.seq
WHERE s.region_id = :region_id AND s.order_id = :order_id AND s.done_at IS NULL
ORDER BY s.seq LIMIT 1
