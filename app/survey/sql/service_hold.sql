-- What services hold from now on, and what those that have ended held.
CREATE TEMP TABLE new_resource ON COMMIT DROP AS
SELECT a.*, r.source_no, r.row_no, coalesce(r.started_on, r.ended_on, CURRENT_DATE) AS started_on, CASE WHEN r.state = 'terminated' THEN coalesce(r.ended_on, r.known_ended_on) END AS ended_on
FROM (SELECT service_id, id AS circuit_id, NULL::bigint AS number_id, NULL::bigint AS vlan_id FROM new_line
      UNION ALL SELECT id, circuit_id, NULL, NULL FROM r_service WHERE circuit_id IS NOT NULL
      UNION ALL SELECT id, NULL, number_id, NULL FROM r_service WHERE number_id IS NOT NULL
      UNION ALL SELECT id, NULL, NULL, vlan_id FROM r_service WHERE vlan_id IS NOT NULL) a
JOIN r_service r ON r.id = a.service_id AND NOT r.bad AND r.dup_no = 1
WHERE NOT EXISTS (
  SELECT 1 FROM service_resource h WHERE h.region_id = :region AND h.service_id = a.service_id AND (h.circuit_id = a.circuit_id OR h.number_id = a.number_id OR h.vlan_id = a.vlan_id)
  AND (h.ended_on IS NULL OR r.state = 'terminated'));

INSERT INTO service_resource (region_id, service_id, circuit_id, number_id, vlan_id, started_on, ended_on, change_id)
SELECT :region, service_id, circuit_id, number_id, vlan_id, least(started_on, ended_on), ended_on, :change FROM new_resource;

UPDATE r_service r SET is_changed = true
FROM (SELECT service_id FROM new_resource UNION SELECT service_id FROM closed_resource UNION SELECT service_id FROM new_line) n WHERE n.service_id = r.id AND NOT r.bad AND r.dup_no = 1;

-- What is held is used: in use by a live service, reserved for one to come.
CREATE TEMP TABLE held_service ON COMMIT DROP AS
SELECT r.id, CASE WHEN r.state IN ('active', 'suspended') THEN 'in_use' ELSE 'reserved' END AS use, r.known_state IS DISTINCT FROM r.state AND r.known_id IS NOT NULL AS is_moved
FROM r_service r WHERE NOT r.bad AND r.dup_no = 1 AND r.state <> 'terminated' AND (r.known_id IS NULL OR r.is_changed);

ANALYZE held_service;

UPDATE number t SET use = s.use, ageing_until = NULL FROM held_service s JOIN service_resource h ON h.region_id = :region AND h.service_id = s.id AND h.ended_on IS NULL
WHERE t.region_id = :region AND t.id = h.number_id
AND ((t.use IN ('idle', 'ageing') AND NOT EXISTS (SELECT 1 FROM number_word w WHERE w.id = t.id AND w.use <> 'idle')) OR (t.use = 'reserved' AND s.use = 'in_use' AND s.is_moved));

UPDATE vlan t SET use = s.use FROM held_service s JOIN service_resource h ON h.region_id = :region AND h.service_id = s.id AND h.ended_on IS NULL
WHERE t.region_id = :region AND t.id = h.vlan_id AND (t.use = 'idle' OR (t.use = 'reserved' AND s.use = 'in_use' AND s.is_moved));
