-- Channels in the order of the services' codes, the lowest free one first.
CREATE TEMP TABLE free_channel ON COMMIT DROP AS
SELECT h.head_port_id, h.circuit_id, n.no, row_number() OVER (PARTITION BY h.circuit_id ORDER BY n.no) AS place
FROM head_tree h JOIN circuit c ON c.region_id = :region AND c.id = h.circuit_id CROSS JOIN LATERAL generate_series(1, c.channel_count) n(no)
LEFT JOIN circuit_carrier t ON t.region_id = :region AND t.lower_circuit_id = h.circuit_id AND t.channel_no = n.no WHERE t.circuit_id IS NULL;

CREATE TEMP TABLE new_line ON COMMIT DROP AS
SELECT w.*, f.circuit_id AS tree_id, f.no AS channel_no, w.head_port_id IS NULL OR f.no IS NOT NULL AS is_made,
       coalesce(w.circuit_id, k.id, nextval(pg_get_serial_sequence('circuit', 'id'))) AS id, w.circuit_id IS NULL AND k.id IS NULL AS is_new
FROM (SELECT w.*, row_number() OVER (PARTITION BY head_port_id ORDER BY full_key) AS place FROM service_way w WHERE is_reached) w
LEFT JOIN free_channel f ON f.head_port_id = w.head_port_id AND f.place = w.place
LEFT JOIN code_index k ON k.region_id = :region AND k.kind = 'circuit' AND k.code_key = upper(btrim(normalize('AC-' || w.full_code, NFKC))) AND NOT k.is_alias;

INSERT INTO finding
SELECT w.source_no, w.row_no, 'K8', 'warning', 'access_port', w.full_key, h.code || ' has no free channel', 'a tree with a channel for each customer', 'move the customer, or correct the count of channels; the service was loaded without its circuit'
FROM new_line w JOIN head_tree h ON h.head_port_id = w.head_port_id WHERE NOT w.is_made;

DELETE FROM new_line WHERE NOT is_made;

ANALYZE new_line;

INSERT INTO circuit (region_id, id, code, kind, topology, a_port_id, z_port_id, use, change_id)
SELECT :region, id, 'AC-' || full_code, 'access', 'point_to_point', line_port_id, nullif(access_port_id, line_port_id), CASE WHEN state IN ('active', 'suspended') THEN 'in_use' ELSE 'reserved' END, :change
FROM new_line WHERE is_new ORDER BY id;

UPDATE circuit t SET a_port_id = n.line_port_id, z_port_id = nullif(n.access_port_id, n.line_port_id), life = 'in_service', use = CASE WHEN n.state IN ('active', 'suspended') THEN 'in_use' ELSE 'reserved' END
FROM new_line n WHERE NOT n.is_new AND t.region_id = :region AND t.id = n.id;

INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code)
SELECT :region, upper(btrim(normalize('AC-' || full_code, NFKC))), 'circuit', id, false, 'AC-' || full_code FROM new_line WHERE is_new;

INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, conductor_id, port_id, lower_circuit_id, channel_no, change_id)
SELECT :region, id, 1, 1, NULL, NULL, tree_id, channel_no, :change FROM new_line WHERE tree_id IS NOT NULL
UNION ALL
SELECT :region, n.id, 1, (n.tree_id IS NOT NULL)::int + row_number() OVER (PARTITION BY n.id ORDER BY t.place DESC), t.conductor_id, t.port_id, NULL, NULL, :change
FROM new_line n JOIN service_thing t ON t.service_id = n.service_id;
