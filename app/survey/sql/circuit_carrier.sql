INSERT INTO finding
SELECT source_no, row_no, 'CARRIER_SHAPE', 'error', NULL, full_key, concat_ws(' and ', segment || ':' || coalesce(strand::text, '?'), equipment || '/' || coalesce(port, '?'), lower_circuit || ' channel ' || coalesce(channel_no::text, '?')),
       'one of three: segment and strand, equipment and port, lower circuit and channel', 'fill in one pair of cells, leave the others empty'
FROM r_circuit_carrier WHERE NOT bad AND (num_nonnulls(segment, equipment, lower_circuit) <> 1
  OR (segment IS NULL) <> (strand IS NULL) OR (equipment IS NULL) <> (port IS NULL) OR (lower_circuit IS NULL) <> (channel_no IS NULL));

INSERT INTO finding
SELECT source_no, row_no, 'CARRIER_DERIVED', 'error', 'circuit', full_key, circuit || ', a PON tree', 'circuits other than PON trees', 'leave the rows out: the way of a tree follows from the services behind it'
FROM r_circuit_carrier WHERE NOT bad AND circuit_kind = 'pon_tree';

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', CASE WHEN seq < 1 THEN 'seq' WHEN own_path < 1 THEN 'path_no' ELSE 'channel_no' END, full_key, '0', '1 or more', 'correct the number'
FROM r_circuit_carrier WHERE NOT bad AND (seq < 1 OR own_path < 1 OR channel_no < 1);

INSERT INTO finding
SELECT source_no, row_no, 'I8', 'error', 'strand', full_key, segment || ':' || strand, 'numbers that the segment has', 'correct the number'
FROM r_circuit_carrier WHERE NOT bad AND segment_id IS NOT NULL AND strand IS NOT NULL AND conductor_id IS NULL
UNION ALL
SELECT source_no, row_no, 'PORT_MISSING', 'error', 'port', full_key, equipment || '/' || port, 'ports that the equipment has', 'correct the port, or add the card'
FROM r_circuit_carrier WHERE NOT bad AND equipment_id IS NOT NULL AND port IS NOT NULL AND port_id IS NULL;

INSERT INTO finding
SELECT source_no, row_no, CASE WHEN lower_circuit_id = circuit_id THEN 'CIRCUIT_LOOP' ELSE 'CHANNEL_BEYOND' END, 'error', CASE WHEN lower_circuit_id = circuit_id THEN 'lower_circuit' ELSE 'channel_no' END, full_key,
       lower_circuit || ' channel ' || channel_no, CASE WHEN lower_circuit_id = circuit_id THEN 'another circuit' ELSE '1 to ' || lower_count || ', the channels of ' || lower_circuit END,
       CASE WHEN lower_circuit_id = circuit_id THEN 'correct the lower circuit' ELSE 'correct the channel, or the count of the lower circuit' END
FROM r_circuit_carrier WHERE NOT bad AND (lower_circuit_id = circuit_id OR channel_no > lower_count);
