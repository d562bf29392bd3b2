-- Services whose line is to be walked: new ones, those whose access port changed, and those that have no circuit yet.
CREATE TEMP TABLE service_line ON COMMIT DROP AS
SELECT r.id AS service_id, r.source_no, r.row_no, r.full_key, r.full_code, r.state, r.access_port_id, r.access_role, c.id AS circuit_id
FROM r_service r LEFT JOIN service_resource h ON h.region_id = :region AND h.service_id = r.known_id AND h.circuit_id IS NOT NULL AND h.ended_on IS NULL
LEFT JOIN circuit c ON c.region_id = :region AND c.id = h.circuit_id
WHERE NOT r.bad AND r.dup_no = 1 AND r.state <> 'terminated' AND r.access_port_id IS NOT NULL AND r.circuit IS NULL
  AND (c.id IS NULL OR (c.kind = 'access' AND coalesce(c.z_port_id, c.a_port_id) <> r.access_port_id));

-- A terminal is left by its back, where the cable ends; a splitter's output and a switch port are the end of the customer's part themselves.
CREATE TEMP TABLE line_start ON COMMIT DROP AS
SELECT service_id AS way_id, access_port_id * 8 + 4 AS leave_key FROM service_line WHERE access_role = 'panel';

ANALYZE service_line;

INSERT INTO finding
SELECT r.source_no, r.row_no, 'O7', 'warning', 'access_port', r.full_key, 'no access port and no circuit', 'the port from which the drop leaves, or a circuit', 'fill in the access equipment and its port'
FROM r_service r WHERE NOT r.bad AND r.dup_no = 1 AND r.state IN ('active', 'suspended') AND r.access_port IS NULL AND r.circuit IS NULL
AND NOT EXISTS (SELECT 1 FROM service_resource h WHERE h.region_id = :region AND h.service_id = r.known_id AND h.circuit_id IS NOT NULL AND h.ended_on IS NULL);
