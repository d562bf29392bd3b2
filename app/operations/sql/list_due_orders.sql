-- Those that are at work, what is due first of all.
{told_orders o.id}
  AND d.due_at IS NOT NULL AND (CAST(:after AS bigint) IS NULL OR (d.due_at, o.id) > (CAST(:after_at AS timestamptz), CAST(:after AS bigint)))
ORDER BY d.due_at, o.id LIMIT :most
