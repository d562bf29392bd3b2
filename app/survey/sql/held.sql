-- Circuits whose holder, way or use this import has touched.
CREATE TEMP TABLE held_circuit ON COMMIT DROP AS
SELECT c.id, s.use, s.is_moved FROM held_service s JOIN service_resource h ON h.region_id = :region AND h.service_id = s.id AND h.ended_on IS NULL JOIN circuit c ON c.region_id = :region AND c.id = h.circuit_id
UNION ALL
SELECT c.id, c.use, r.is_changed FROM r_circuit r JOIN circuit c ON c.region_id = :region AND c.id = r.id WHERE NOT r.bad AND (r.is_changed OR r.known_id IS NULL)
UNION ALL
SELECT c.id, c.use, false FROM laid_circuit l JOIN circuit c ON c.region_id = :region AND c.id = l.circuit_id;

-- What they ride is used with them, down to the lowest circuit.
INSERT INTO held_circuit
WITH RECURSIVE ridden (id, use, is_moved, level) AS (
  SELECT id, use, is_moved, 0 FROM held_circuit WHERE use IN ('reserved', 'in_use')
  UNION
  SELECT c.lower_circuit_id, r.use, r.is_moved, r.level + 1 FROM ridden r JOIN circuit_carrier c ON c.region_id = :region AND c.circuit_id = r.id WHERE c.lower_circuit_id IS NOT NULL AND r.level < 8)
SELECT DISTINCT id, use, is_moved FROM ridden WHERE level > 0;

CREATE TEMP TABLE held_use ON COMMIT DROP AS
SELECT id, min(use) AS use, bool_or(is_moved) AS is_moved FROM held_circuit WHERE use IN ('reserved', 'in_use') GROUP BY id;

ANALYZE held_use;

UPDATE circuit t SET use = h.use FROM held_use h
WHERE t.region_id = :region AND t.id = h.id AND t.life IN ('in_service', 'pending_removal') AND (t.use = 'idle' OR (t.use = 'reserved' AND h.use = 'in_use'));

CREATE TEMP TABLE held_member ON COMMIT DROP AS
SELECT conductor_id, port_id, min(use) AS use, bool_or(is_moved) AS is_moved FROM (
  SELECT c.conductor_id, c.port_id, h.use, h.is_moved FROM held_use h JOIN circuit_carrier c ON c.region_id = :region AND c.circuit_id = h.id WHERE c.lower_circuit_id IS NULL
  UNION ALL SELECT NULL, e.port_id, h.use, h.is_moved FROM held_use h JOIN circuit c ON c.region_id = :region AND c.id = h.id CROSS JOIN LATERAL (VALUES (c.a_port_id), (c.z_port_id)) e(port_id) WHERE e.port_id IS NOT NULL) m
GROUP BY conductor_id, port_id;

-- What nothing carries any more is idle, unless it is taken again.
DELETE FROM freed_carrier f USING held_member m WHERE f.conductor_id = m.conductor_id OR f.port_id = m.port_id;

INSERT INTO held_member
SELECT f.conductor_id, f.port_id, 'idle', true FROM (SELECT DISTINCT conductor_id, port_id FROM freed_carrier WHERE lower_circuit_id IS NULL) f
WHERE NOT EXISTS (SELECT 1 FROM circuit_carrier c WHERE c.region_id = :region AND c.conductor_id = f.conductor_id) AND NOT EXISTS (SELECT 1 FROM circuit_carrier c WHERE c.region_id = :region AND c.port_id = f.port_id);

ANALYZE held_member;

CREATE TEMP TABLE held_change ON COMMIT DROP AS
SELECT 'segment' AS kind, t.segment_id AS owner_id, t.id, m.use FROM held_member m JOIN conductor t ON t.region_id = :region AND t.id = m.conductor_id
WHERE (m.use = 'idle' AND t.use IN ('in_use', 'reserved')) OR (m.use <> 'idle' AND t.life IN ('in_service', 'pending_removal') AND (t.use = 'idle' OR (t.use = 'reserved' AND m.use = 'in_use' AND m.is_moved)))
UNION ALL
SELECT 'equipment', t.equipment_id, t.id, m.use FROM held_member m JOIN port t ON t.region_id = :region AND t.id = m.port_id
WHERE (m.use = 'idle' AND t.use IN ('in_use', 'reserved')) OR (m.use <> 'idle' AND t.life IN ('in_service', 'pending_removal') AND (t.use = 'idle' OR (t.use = 'reserved' AND m.use = 'in_use' AND m.is_moved)));

ANALYZE held_change;

UPDATE conductor t SET use = h.use FROM held_change h WHERE h.kind = 'segment' AND t.region_id = :region AND t.segment_id = h.owner_id AND t.id = h.id;

UPDATE port t SET use = h.use FROM held_change h WHERE h.kind = 'equipment' AND t.region_id = :region AND t.equipment_id = h.owner_id AND t.id = h.id;
