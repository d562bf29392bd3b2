WITH ended AS (
  SELECT id FROM number WHERE region_id = :region_id AND use = 'ageing' AND ageing_until < :today ORDER BY id FOR NO KEY UPDATE
),
rested AS (
  UPDATE number n SET use = 'idle', ageing_until = NULL FROM ended e WHERE n.region_id = :region_id AND n.id = e.id RETURNING n.block_id
)
SELECT block_id, count(*)::int AS count FROM rested GROUP BY block_id ORDER BY block_id
