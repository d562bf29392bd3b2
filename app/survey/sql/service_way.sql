-- What each service's own part passes, counted from the access port, and what each tree passes, counted from its head.
CREATE TEMP TABLE service_way ON COMMIT DROP AS
SELECT s.*, b.line_port_id, CASE WHEN t.is_line THEN t.port_id END AS head_port_id, b.input_port_id,
       coalesce(b.line_port_id, CASE WHEN t.is_line THEN t.port_id END) IS NOT NULL AS is_reached,
       CASE WHEN b.input_port_id IS NULL THEN e.conductor_id ELSE t.conductor_id END AS last_conductor_id,
       coalesce(CASE WHEN b.input_port_id IS NULL THEN e.port_id ELSE coalesce(t.port_id, CASE WHEN t.conductor_id IS NULL THEN b.input_port_id END) END,
                CASE WHEN e.conductor_id IS NULL THEN s.access_port_id END) AS last_port_id
FROM service_line s JOIN service_border b ON b.service_id = s.service_id LEFT JOIN line_end e ON e.way_id = s.service_id LEFT JOIN tree_end t ON t.way_id = b.input_port_id;

ANALYZE service_way;

CREATE TEMP TABLE service_thing ON COMMIT DROP AS
SELECT service_id, 0 AS place, NULL::bigint AS conductor_id, access_port_id AS port_id FROM service_way WHERE is_reached
UNION ALL SELECT s.way_id, s.no, s.conductor_id, s.port_id FROM line_step s JOIN service_way w ON w.service_id = s.way_id AND w.is_reached;

CREATE TEMP TABLE tree_thing ON COMMIT DROP AS
SELECT e.port_id AS head_port_id, t.conductor_id, t.port_id, min(2 * e.no - t.place) AS depth
FROM tree_end e JOIN (
  SELECT way_id, 0 AS place, NULL::bigint AS conductor_id, way_id AS port_id FROM tree_start
  UNION ALL SELECT way_id, 2 * no, conductor_id, port_id FROM tree_step
  UNION ALL SELECT way_id, 2 * no + 1, NULL, inner_port_id FROM tree_step WHERE inner_port_id IS NOT NULL) t ON t.way_id = e.way_id
WHERE e.is_line GROUP BY e.port_id, t.conductor_id, t.port_id;

ANALYZE service_thing;

ANALYZE tree_thing;

-- A live customer keeps the line that is recorded until a whole one takes its place.
INSERT INTO finding
SELECT w.source_no, w.row_no, 'O7', 'warning', 'access_port', w.full_key, 'the way ends at ' || coalesce(k.code || ':' || c.no, e.code || '/' || p.no), 'an unbroken way to a line port',
       'record the joint that is missing there; ' || coalesce('until then the service keeps its line ' || o.code, 'the service was loaded without its circuit')
FROM service_way w LEFT JOIN circuit o ON o.region_id = :region AND o.id = w.circuit_id LEFT JOIN conductor c ON c.region_id = :region AND c.id = w.last_conductor_id
LEFT JOIN code_index k ON k.region_id = :region AND k.kind = 'segment' AND k.id = c.segment_id AND NOT k.is_alias
LEFT JOIN port p ON p.region_id = :region AND p.id = w.last_port_id AND c.id IS NULL LEFT JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id
WHERE NOT w.is_reached;

-- The tree at each head: delivered, or made by an earlier import.
CREATE TEMP TABLE head_tree ON COMMIT DROP AS
SELECT h.head_port_id, coalesce(min(c.id), min(n.id) FILTER (WHERE n.kind = 'pon_tree')) AS circuit_id, h.code, coalesce(bool_or(n.kind <> 'pon_tree'), false) AS is_foreign, count(c.id) = 0 AS is_without_head
FROM (SELECT d.head_port_id, 'PON-' || e.code || '/' || p.no AS code FROM (SELECT DISTINCT head_port_id FROM tree_thing) d
      JOIN port p ON p.region_id = :region AND p.id = d.head_port_id JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id) h
LEFT JOIN circuit c ON c.region_id = :region AND c.a_port_id = h.head_port_id AND c.kind = 'pon_tree'
LEFT JOIN circuit n ON n.region_id = :region AND n.code_key = upper(btrim(normalize(h.code, NFKC)))
GROUP BY h.head_port_id, h.code;
