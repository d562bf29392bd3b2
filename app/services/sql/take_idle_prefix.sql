-- The lowest prefix of this length that was given back to a pool, and now is reserved again.
UPDATE ip_prefix SET use = 'reserved'
WHERE region_id = :region_id AND id = (
  SELECT x.id FROM ip_prefix x
  WHERE x.region_id = :region_id AND x.parent_id = :parent AND x.use = 'idle' AND masklen(x.prefix) = :length
    AND NOT EXISTS (SELECT FROM ip_prefix y WHERE y.region_id = :region_id AND y.parent_id = x.id)
  ORDER BY x.prefix LIMIT 1 FOR NO KEY UPDATE)
RETURNING id, prefix::text AS prefix
