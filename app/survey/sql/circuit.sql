INSERT INTO finding
SELECT source_no, row_no, 'VALUE_REQUIRED', 'error', field, full_key, given, 'equipment and port together', 'fill in the other of the two'
FROM (SELECT *, CASE WHEN a_port IS NULL THEN 'a_port' ELSE 'a_equipment' END AS field, coalesce(a_equipment, 'port ' || a_port) AS given FROM r_circuit WHERE (a_equipment IS NULL) <> (a_port IS NULL)
      UNION ALL SELECT *, CASE WHEN z_port IS NULL THEN 'z_port' ELSE 'z_equipment' END, coalesce(z_equipment, 'port ' || z_port) FROM r_circuit WHERE (z_equipment IS NULL) <> (z_port IS NULL)) e
WHERE NOT bad;

INSERT INTO finding
SELECT source_no, row_no, 'PORT_MISSING', 'error', 'a_port', full_key, a_equipment || '/' || a_port, 'ports that the equipment has', 'correct the port, or add the card'
FROM r_circuit WHERE NOT bad AND a_port IS NOT NULL AND a_equipment_id IS NOT NULL AND a_port_id IS NULL
UNION ALL
SELECT source_no, row_no, 'PORT_MISSING', 'error', 'z_port', full_key, z_equipment || '/' || z_port, 'ports that the equipment has', 'correct the port, or add the card'
FROM r_circuit WHERE NOT bad AND z_port IS NOT NULL AND z_equipment_id IS NOT NULL AND z_port_id IS NULL;

INSERT INTO finding
SELECT source_no, row_no, 'TREE_END', 'error', 'z_port', full_key, 'a tree with a Z end', 'a tree with one head and many tails', 'leave the Z end empty, or correct the topology'
FROM r_circuit WHERE NOT bad AND (topology = 'tree' OR (kind = 'pon_tree' AND topology IS NULL)) AND (z_port IS NOT NULL OR z_equipment IS NOT NULL);

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', CASE WHEN channel_count < 1 THEN 'channel_count' ELSE 'rate_mbit' END, full_key,
       CASE WHEN channel_count < 1 THEN channel_count || ' channels' ELSE rate_mbit || ' Mbit/s' END, 'a number above 0', 'correct the number, or leave it empty'
FROM r_circuit WHERE NOT bad AND (channel_count < 1 OR rate_mbit <= 0);

INSERT INTO finding
SELECT source_no, row_no, 'STATE_NOT_IN_SERVICE', 'error', 'use', full_key, coalesce(use, known_use) || ' while ' || coalesce(life, known_life, 'in_service'), 'in service, or not held', 'correct the use, or the life'
FROM r_circuit WHERE NOT bad AND coalesce(nullif(use, 'idle'), known_use) IN ('reserved', 'in_use') AND coalesce(life, known_life, 'in_service') NOT IN ('in_service', 'pending_removal');

-- Channels that are ridden can't be taken away.
INSERT INTO finding
SELECT r.source_no, r.row_no, 'CHANNEL_BEYOND', 'error', 'channel_count', r.full_key, r.channel_count || ' channels', 'at least ' || max(c.channel_no) || ', the highest that is ridden',
       'correct the count, or move what rides the channel'
FROM r_circuit r JOIN circuit_carrier c ON c.region_id = :region AND c.lower_circuit_id = r.known_id
WHERE NOT r.bad AND r.known_id IS NOT NULL AND r.channel_count IS NOT NULL GROUP BY r.source_no, r.row_no, r.full_key, r.channel_count HAVING max(c.channel_no) > r.channel_count;
