-- The parent that a row names, or else the longest prefix around it, in these files or in the network.
UPDATE r_ip_prefix r SET parent_id = (
  SELECT p.id FROM (
    SELECT n.id, n.prefix FROM r_ip_prefix n WHERE n.own_table = r.own_table AND n.prefix >> r.prefix AND NOT n.bad AND n.dup_no = 1
    UNION ALL
    SELECT t.id, t.prefix FROM ip_prefix t WHERE t.region_id = :region AND t.routing_table = r.own_table AND t.prefix >> r.prefix) p
  WHERE r.parent IS NULL OR p.prefix = r.parent ORDER BY masklen(p.prefix) DESC LIMIT 1)
WHERE NOT r.bad;

INSERT INTO finding
SELECT r.source_no, r.row_no, CASE WHEN NOT r.parent >> r.prefix THEN 'PREFIX_OUTSIDE' WHEN p.row_no IS NULL THEN 'PARENT_MISSING' ELSE 'PARENT_REFUSED' END, 'error', 'parent', r.full_key,
       r.parent::text, CASE WHEN NOT r.parent >> r.prefix THEN 'a parent that holds ' || r.prefix ELSE 'ip prefix in these files or in the network' END,
       CASE WHEN NOT r.parent >> r.prefix THEN 'correct the prefix or its parent' WHEN p.row_no IS NULL THEN 'correct the prefix, or add the parent'
            ELSE 'mend row ' || p.row_no || ' that brings it; it is refused' END
FROM r_ip_prefix r LEFT JOIN LATERAL (SELECT n.row_no FROM r_ip_prefix n WHERE n.own_table = r.own_table AND n.prefix = r.parent AND n.bad LIMIT 1) p ON true
WHERE NOT r.bad AND r.parent IS NOT NULL AND r.parent_id IS NULL;
