-- What services give up: all that they hold where they end, one thing where the row names another.
CREATE TEMP TABLE closed_resource ON COMMIT DROP AS
SELECT h.id, h.service_id, h.circuit_id, h.number_id, h.vlan_id, greatest(h.started_on, CASE WHEN r.state = 'terminated' THEN coalesce(r.ended_on, r.known_ended_on) ELSE CURRENT_DATE END) AS ended_on
FROM r_service r JOIN service_resource h ON h.region_id = :region AND h.service_id = r.known_id AND h.ended_on IS NULL
WHERE NOT r.bad AND r.dup_no = 1 AND (r.state = 'terminated' OR h.number_id <> r.number_id OR h.vlan_id <> r.vlan_id OR h.circuit_id <> r.circuit_id);

UPDATE service_resource t SET ended_on = c.ended_on FROM closed_resource c WHERE t.region_id = :region AND t.id = c.id;

-- A number rests before it is given out again; what a survey says in these files comes first.
UPDATE number t SET use = 'ageing' FROM closed_resource c
WHERE t.region_id = :region AND t.id = c.number_id AND t.use IN ('in_use', 'reserved') AND NOT EXISTS (SELECT 1 FROM number_word w WHERE w.id = t.id);

UPDATE vlan t SET use = 'idle' FROM closed_resource c WHERE t.region_id = :region AND t.id = c.vlan_id AND t.use IN ('in_use', 'reserved');

INSERT INTO freed_carrier
SELECT t.conductor_id, t.port_id, t.lower_circuit_id FROM circuit_carrier t JOIN loose_circuit l ON l.circuit_id = t.circuit_id WHERE t.region_id = :region;

DELETE FROM circuit_carrier t USING loose_circuit l WHERE t.region_id = :region AND t.circuit_id = l.circuit_id;

UPDATE circuit t SET life = 'retired', use = 'idle' FROM loose_circuit l
WHERE t.region_id = :region AND t.id = l.circuit_id AND NOT EXISTS (SELECT 1 FROM service_way w WHERE w.circuit_id = t.id);
