-- The newest first.
{told_orders o.id}
  AND (CAST(:after AS bigint) IS NULL OR o.id < :after)
ORDER BY o.id DESC LIMIT :most
