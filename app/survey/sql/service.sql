INSERT INTO finding
SELECT source_no, row_no, 'SERVICE_DATES', 'error', CASE WHEN state = 'terminated' AND ended IS NULL THEN 'ended_on' WHEN state <> 'terminated' THEN 'state' ELSE 'ended_on' END, full_key,
       CASE WHEN ended IS NULL THEN 'terminated without an end' WHEN state <> 'terminated' THEN state || ', ended on ' || ended ELSE 'ended on ' || ended || ', before it began on ' || started_on END,
       'an end for a terminated service, on or after its start, and none for another', 'correct the dates or the state'
FROM (SELECT *, coalesce(ended_on, known_ended_on) AS ended FROM r_service) s
WHERE NOT bad AND CASE WHEN state = 'terminated' THEN ended IS NULL OR ended < started_on ELSE ended_on IS NOT NULL END;

INSERT INTO finding
SELECT source_no, row_no, 'CHANGE_REFUSED', 'error', 'state', full_key, state, 'terminated, as it is recorded', 'a service that has ended does not come back: give the new one a code of its own'
FROM r_service WHERE NOT bad AND known_state = 'terminated' AND state <> 'terminated';

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_BOUNDS', 'error', 'rate_mbit', full_key, rate_mbit || ' Mbit/s', 'a rate above 0, or an empty cell', 'correct the rate'
FROM r_service WHERE NOT bad AND rate_mbit <= 0;

INSERT INTO finding
SELECT source_no, row_no, 'VALUE_REQUIRED', 'error', CASE WHEN access_port IS NULL THEN 'access_port' ELSE 'access_equipment' END, full_key, coalesce(access_equipment, 'port ' || access_port),
       'equipment and port together', 'fill in the other of the two'
FROM r_service WHERE NOT bad AND (access_equipment IS NULL) <> (access_port IS NULL)
UNION ALL
SELECT source_no, row_no, 'VALUE_REQUIRED', 'error', CASE WHEN gateway IS NULL THEN 'gateway' ELSE 's_vlan' END, full_key, coalesce(gateway, 'outer tag ' || coalesce(s_vlan, 0)),
       'gateway and outer tag together', 'fill in the other of the two'
FROM r_service WHERE NOT bad AND ((gateway IS NULL) <> (s_vlan IS NULL) OR (c_vlan IS NOT NULL AND s_vlan IS NULL));

INSERT INTO finding
SELECT source_no, row_no, 'PORT_MISSING', 'error', 'access_port', full_key, access_equipment || '/' || access_port, 'ports that the equipment has', 'correct the port, or add the card'
FROM r_service WHERE NOT bad AND access_port IS NOT NULL AND access_equipment_id IS NOT NULL AND access_port_id IS NULL
UNION ALL
SELECT source_no, row_no, 'NUMBER_MISSING', 'error', 'number', full_key, number, 'a number of a block, in these files or in the network', 'correct the number, or add the block'
FROM r_service WHERE NOT bad AND number IS NOT NULL AND number_id IS NULL
UNION ALL
SELECT source_no, row_no, 'VLAN_RANGE', 'error', CASE WHEN s_vlan BETWEEN 1 AND 4094 THEN 'c_vlan' ELSE 's_vlan' END, full_key, concat_ws('.', s_vlan, c_vlan), '1 to 4094', 'correct the tag'
FROM r_service WHERE NOT bad AND (s_vlan NOT BETWEEN 1 AND 4094 OR c_vlan NOT BETWEEN 1 AND 4094)
UNION ALL
SELECT source_no, row_no, 'VLAN_MISSING', 'error', 's_vlan', full_key, gateway || ':' || concat_ws('.', s_vlan, c_vlan), 'a VLAN of the gateway, in these files or in the network', 'correct the tags, or add the VLAN'
FROM r_service WHERE NOT bad AND gateway_id IS NOT NULL AND s_vlan BETWEEN 1 AND 4094 AND coalesce(c_vlan, 1) BETWEEN 1 AND 4094 AND vlan_id IS NULL;
