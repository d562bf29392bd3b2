SELECT id, code, state, owner, circuit_id, number_id, vlan_id, prefix_id, until_at, change_id, address_id
FROM reservation
WHERE region_id = :region_id AND state = 'held' AND until_at <= :now
ORDER BY id
LIMIT :most
FOR NO KEY UPDATE SKIP LOCKED
