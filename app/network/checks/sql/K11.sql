SELECT 'ip_prefix' AS kind, p.id, 'in ' || q.prefix || ' of ' || q.routing_table AS found, 'inside its parent, in ' || p.routing_table AS expected
FROM ip_prefix p JOIN ip_prefix q ON q.region_id = :region_id AND q.id = p.parent_id
WHERE p.region_id = :region_id AND (NOT p.prefix << q.prefix OR p.routing_table <> q.routing_table)
UNION ALL
-- Of all prefixes that hold it the narrowest is the parent.
SELECT 'ip_prefix', n.id, coalesce('in ' || n.parent, 'in none'), 'in ' || n.prefix
FROM (
  SELECT DISTINCT ON (p.id) p.id, p.parent_id, q.id AS around_id, q.prefix, a.prefix AS parent
  FROM ip_prefix p
  JOIN ip_prefix q ON q.region_id = :region_id AND q.routing_table = p.routing_table AND p.prefix << q.prefix
  LEFT JOIN ip_prefix a ON a.region_id = :region_id AND a.id = p.parent_id
  WHERE p.region_id = :region_id AND (a.id IS NULL OR p.prefix << a.prefix AND a.routing_table = p.routing_table)
  ORDER BY p.id, masklen(q.prefix) DESC
) n
WHERE n.around_id IS DISTINCT FROM n.parent_id
