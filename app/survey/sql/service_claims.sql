-- What a row asks for: a number, a VLAN or a circuit, each held by one service at a time (K10, K11). The lowest code keeps it.
INSERT INTO finding
SELECT source_no, row_no, rule, 'error', field, full_key, found || ' of ' || first_key, 'one service for each', 'correct one of the two services'
FROM (SELECT a.*, first_value(full_key) OVER w AS first_key, row_number() OVER w AS taken_no
      FROM (SELECT source_no, row_no, full_key, 'K10' AS rule, 'number' AS field, 'number ' || number AS found, number_id AS id FROM r_service WHERE NOT bad AND dup_no = 1 AND state <> 'terminated' AND number_id IS NOT NULL
            UNION ALL SELECT source_no, row_no, full_key, 'K11', 'c_vlan', 'VLAN ' || gateway || ':' || concat_ws('.', s_vlan, c_vlan), vlan_id FROM r_service WHERE NOT bad AND dup_no = 1 AND state <> 'terminated' AND vlan_id IS NOT NULL
            UNION ALL SELECT source_no, row_no, full_key, 'K10', 'circuit', 'circuit ' || circuit, circuit_id FROM r_service WHERE NOT bad AND dup_no = 1 AND state <> 'terminated' AND circuit_id IS NOT NULL) a
      WINDOW w AS (PARTITION BY field, id ORDER BY full_key, source_no, row_no)) c
WHERE taken_no > 1;

INSERT INTO finding
SELECT r.source_no, r.row_no, CASE WHEN h.vlan_id IS NULL THEN 'K10' ELSE 'K11' END, 'error', CASE WHEN h.number_id IS NOT NULL THEN 'number' WHEN h.vlan_id IS NOT NULL THEN 'c_vlan' ELSE 'circuit' END, r.full_key,
       CASE WHEN h.number_id IS NOT NULL THEN 'number ' || r.number WHEN h.vlan_id IS NOT NULL THEN 'VLAN ' || r.gateway || ':' || concat_ws('.', r.s_vlan, r.c_vlan) ELSE 'circuit ' || r.circuit END || ' of ' || o.code,
       'one service for each', 'correct the row, or end the other service'
FROM (SELECT r.id AS service_no, h.id AS held_id FROM r_service r JOIN service_resource h ON h.region_id = :region AND h.number_id = r.number_id AND h.ended_on IS NULL
      UNION ALL SELECT r.id, h.id FROM r_service r JOIN service_resource h ON h.region_id = :region AND h.vlan_id = r.vlan_id AND h.ended_on IS NULL
      UNION ALL SELECT r.id, h.id FROM r_service r JOIN service_resource h ON h.region_id = :region AND h.circuit_id = r.circuit_id AND h.ended_on IS NULL) c
JOIN r_service r ON r.id = c.service_no AND NOT r.bad AND r.dup_no = 1 AND r.state <> 'terminated'
JOIN service_resource h ON h.region_id = :region AND h.id = c.held_id AND h.service_id <> r.id
JOIN service o ON o.region_id = :region AND o.id = h.service_id
WHERE NOT EXISTS (SELECT 1 FROM r_service f WHERE f.known_id = h.service_id AND NOT f.bad AND f.dup_no = 1
                  AND (f.state = 'terminated' OR f.number_id <> h.number_id OR f.vlan_id <> h.vlan_id OR f.circuit_id <> h.circuit_id));
