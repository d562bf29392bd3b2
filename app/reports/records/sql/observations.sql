SELECT t.port_id AS key, count(*) OVER () AS total, t.oper_state, t.seen_at, t.source
FROM port_observation AS t
WHERE t.region_id = :region_id AND t.port_id = :id AND t.port_id > :after
LIMIT :limit
