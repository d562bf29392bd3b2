DELETE FROM service_way w USING r_service r WHERE r.source_no = w.source_no AND r.row_no = w.row_no AND r.bad;

-- Circuits that these rows lay anew or give up: what carries them is free.
DROP TABLE IF EXISTS loose_circuit;

CREATE TEMP TABLE loose_circuit ON COMMIT DROP AS
SELECT circuit_id FROM service_way WHERE circuit_id IS NOT NULL AND is_reached
UNION SELECT h.circuit_id FROM r_service r JOIN service_resource h ON h.region_id = :region AND h.service_id = r.known_id AND h.circuit_id IS NOT NULL AND h.ended_on IS NULL
JOIN circuit c ON c.region_id = :region AND c.id = h.circuit_id AND c.kind = 'access' WHERE NOT r.bad AND r.state = 'terminated';

-- O6: a strand, pair or port in two chains. Among these services the lowest code keeps it.
INSERT INTO finding
SELECT DISTINCT ON (c.source_no, c.row_no) c.source_no, c.row_no, 'O6', 'error', 'access_port', c.full_key,
       coalesce(k.code || ':' || n.no, e.code || '/' || p.no) || ' carries ' || c.holder, 'one circuit on each strand, pair and port', 'correct the access port, or end the other service'
FROM (
  SELECT w.source_no, w.row_no, w.full_key, t.conductor_id, t.port_id, 'service ' || t.first_key AS holder
  FROM (SELECT t.*, w.full_key, first_value(w.full_key) OVER v AS first_key, row_number() OVER v AS taken_no FROM service_thing t JOIN service_way w ON w.service_id = t.service_id
        WINDOW v AS (PARTITION BY t.conductor_id, t.port_id ORDER BY w.full_key)) t JOIN service_way w ON w.service_id = t.service_id WHERE t.taken_no > 1
  UNION ALL
  SELECT w.source_no, w.row_no, w.full_key, t.conductor_id, t.port_id, 'the tree of ' || h.code
  FROM service_thing t JOIN service_way w ON w.service_id = t.service_id
  JOIN tree_thing o ON coalesce(o.conductor_id, 0) = coalesce(t.conductor_id, 0) AND coalesce(o.port_id, 0) = coalesce(t.port_id, 0) JOIN head_tree h ON h.head_port_id = o.head_port_id
  UNION ALL
  SELECT w.source_no, w.row_no, w.full_key, t.conductor_id, t.port_id, c.code FROM service_thing t JOIN service_way w ON w.service_id = t.service_id
  JOIN circuit_carrier o ON o.region_id = :region AND o.conductor_id = t.conductor_id JOIN circuit c ON c.region_id = :region AND c.id = o.circuit_id WHERE o.circuit_id NOT IN (SELECT circuit_id FROM loose_circuit)
  UNION ALL
  SELECT w.source_no, w.row_no, w.full_key, t.conductor_id, t.port_id, c.code FROM service_thing t JOIN service_way w ON w.service_id = t.service_id
  JOIN circuit_carrier o ON o.region_id = :region AND o.port_id = t.port_id JOIN circuit c ON c.region_id = :region AND c.id = o.circuit_id WHERE o.circuit_id NOT IN (SELECT circuit_id FROM loose_circuit)
  UNION ALL
  SELECT w.source_no, w.row_no, w.full_key, t.conductor_id, t.port_id, c.code FROM tree_thing t JOIN head_tree h ON h.head_port_id = t.head_port_id
  JOIN circuit_carrier o ON o.region_id = :region AND o.conductor_id = t.conductor_id AND o.circuit_id IS DISTINCT FROM h.circuit_id JOIN circuit c ON c.region_id = :region AND c.id = o.circuit_id
  JOIN service_way w ON w.head_port_id = t.head_port_id WHERE o.circuit_id NOT IN (SELECT circuit_id FROM loose_circuit)
  UNION ALL
  SELECT w.source_no, w.row_no, w.full_key, t.conductor_id, t.port_id, c.code FROM tree_thing t JOIN head_tree h ON h.head_port_id = t.head_port_id
  JOIN circuit_carrier o ON o.region_id = :region AND o.port_id = t.port_id AND o.circuit_id IS DISTINCT FROM h.circuit_id JOIN circuit c ON c.region_id = :region AND c.id = o.circuit_id
  JOIN service_way w ON w.head_port_id = t.head_port_id WHERE o.circuit_id NOT IN (SELECT circuit_id FROM loose_circuit)) c
LEFT JOIN conductor n ON n.region_id = :region AND n.id = c.conductor_id LEFT JOIN code_index k ON k.region_id = :region AND k.kind = 'segment' AND k.id = n.segment_id AND NOT k.is_alias
LEFT JOIN port p ON p.region_id = :region AND p.id = c.port_id LEFT JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id
ORDER BY c.source_no, c.row_no, c.holder;

-- The codes that the import gives are taken by something else.
INSERT INTO finding
SELECT w.source_no, w.row_no, 'CIRCUIT_CODE', 'error', 'code', w.full_key, h.code || ' is not a PON tree', 'a free code for the tree of the port', 'rename that circuit'
FROM service_way w JOIN head_tree h ON h.head_port_id = w.head_port_id AND h.is_foreign
UNION ALL
SELECT w.source_no, w.row_no, 'CIRCUIT_CODE', 'error', 'code', w.full_key, c.code || ' is ' || CASE WHEN c.kind = 'access' THEN 'held by another service' ELSE 'not an access line' END, 'a free code for the line of the service', 'rename that circuit'
FROM service_way w JOIN circuit c ON c.region_id = :region AND c.code_key = upper(btrim(normalize('AC-' || w.full_code, NFKC)))
WHERE w.is_reached AND (c.kind <> 'access' OR EXISTS (SELECT 1 FROM service_resource h WHERE h.region_id = :region AND h.circuit_id = c.id AND h.ended_on IS NULL AND h.service_id <> w.service_id));
