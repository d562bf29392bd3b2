CREATE TEMP TABLE prefix_word ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.id, r.known_id, r.own_table, r.prefix, coalesce(r.parent_id, t.parent_id) AS parent_id, coalesce(r.gateway_id, t.gateway_equipment_id) AS gateway_id,
       coalesce(r.purpose, t.purpose) AS purpose, coalesce(r.use, t.use, 'idle') AS use
FROM r_ip_prefix r LEFT JOIN ip_prefix t ON t.region_id = :region AND t.id = r.known_id WHERE NOT r.bad AND r.dup_no = 1;

DELETE FROM prefix_word n USING ip_prefix t WHERE t.region_id = :region AND t.id = n.known_id
AND (t.parent_id, t.gateway_equipment_id, t.purpose, t.use) IS NOT DISTINCT FROM (n.parent_id, n.gateway_id, n.purpose, n.use);

INSERT INTO ip_prefix (region_id, id, routing_table, prefix, parent_id, gateway_equipment_id, purpose, use, change_id)
SELECT :region, id, own_table, prefix, parent_id, gateway_id, purpose, use, :change FROM prefix_word WHERE known_id IS NULL;

UPDATE ip_prefix t SET parent_id = n.parent_id, gateway_equipment_id = n.gateway_id, purpose = n.purpose, use = n.use
FROM prefix_word n WHERE t.region_id = :region AND t.id = n.known_id;

-- A prefix that comes between two others takes the inner one over.
UPDATE ip_prefix t SET parent_id = i.parent_id
FROM (SELECT DISTINCT ON (c.id) c.id, n.id AS parent_id FROM prefix_word n
      JOIN ip_prefix c ON c.region_id = :region AND c.routing_table = n.own_table AND c.prefix << n.prefix LEFT JOIN ip_prefix p ON p.region_id = :region AND p.id = c.parent_id
      WHERE n.known_id IS NULL AND (p.id IS NULL OR p.prefix >> n.prefix) AND NOT EXISTS (SELECT 1 FROM r_ip_prefix r WHERE r.id = c.id AND NOT r.bad)
      ORDER BY c.id, masklen(n.prefix) DESC) i
WHERE t.region_id = :region AND t.id = i.id;

UPDATE r_ip_prefix r SET is_changed = true FROM prefix_word n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
