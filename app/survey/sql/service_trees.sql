UPDATE head_tree SET is_without_head = is_without_head AND circuit_id IS NOT NULL WHERE is_without_head;

UPDATE circuit t SET a_port_id = h.head_port_id FROM head_tree h WHERE h.is_without_head AND t.region_id = :region AND t.id = h.circuit_id AND t.a_port_id IS NULL;

CREATE TEMP TABLE new_tree ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('circuit', 'id')) AS id, head_port_id, code FROM head_tree h
WHERE circuit_id IS NULL AND EXISTS (SELECT 1 FROM service_way w WHERE w.head_port_id = h.head_port_id);

INSERT INTO circuit (region_id, id, code, kind, topology, rate, channel_count, a_port_id, change_id)
SELECT :region, id, code, 'pon_tree', 'tree', 'gpon', 64, head_port_id, :change FROM new_tree;

INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code)
SELECT :region, upper(btrim(normalize(code, NFKC))), 'circuit', id, false, code FROM new_tree;

UPDATE head_tree h SET circuit_id = n.id FROM new_tree n WHERE n.head_port_id = h.head_port_id;

-- From the head outward; what later services add comes after what is there.
INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, conductor_id, port_id, change_id)
SELECT :region, n.circuit_id, 1, coalesce(o.last_seq, 0) + row_number() OVER (PARTITION BY n.circuit_id ORDER BY n.depth, n.conductor_id, n.port_id), n.conductor_id, n.port_id, :change
FROM (SELECT h.circuit_id, t.depth, t.conductor_id, t.port_id FROM tree_thing t JOIN head_tree h ON h.head_port_id = t.head_port_id
      LEFT JOIN circuit_carrier c ON c.region_id = :region AND c.circuit_id = h.circuit_id AND coalesce(c.conductor_id, 0) = coalesce(t.conductor_id, 0) AND coalesce(c.port_id, 0) = coalesce(t.port_id, 0)
      WHERE c.circuit_id IS NULL AND h.circuit_id IS NOT NULL AND EXISTS (SELECT 1 FROM service_way w WHERE w.head_port_id = t.head_port_id)) n
LEFT JOIN (SELECT circuit_id, max(seq) AS last_seq FROM circuit_carrier WHERE region_id = :region AND circuit_id IN (SELECT circuit_id FROM head_tree) GROUP BY circuit_id) o ON o.circuit_id = n.circuit_id;
