-- Reservations with what each holds.
SELECT r.id, r.code, r.state, r.owner, r.reason, r.product, r.made_at, r.until_at, r.ended_at, r.change_id, b.code || '/' || a.code AS address, n.digits AS number,
       g.code || ':' || concat_ws('.', v.s_vlan, v.c_vlan) AS vlan, x.prefix::text AS prefix,
       (SELECT count(*)::int FROM circuit_carrier k WHERE k.region_id = :region_id AND k.circuit_id = r.circuit_id) AS carriers
FROM reservation r
LEFT JOIN address a ON a.region_id = :region_id AND a.id = r.address_id
LEFT JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
LEFT JOIN number n ON n.region_id = :region_id AND n.id = r.number_id
LEFT JOIN vlan v ON v.region_id = :region_id AND v.id = r.vlan_id
LEFT JOIN equipment g ON g.region_id = :region_id AND g.id = v.gateway_equipment_id
LEFT JOIN ip_prefix x ON x.region_id = :region_id AND x.id = r.prefix_id
