SELECT c.at, c.actor, c.source, (SELECT count(*) FROM journal j WHERE j.region_id = :region_id AND j.change_id = c.id)::int AS entries
FROM change c WHERE c.region_id = :region_id AND c.at > :since ORDER BY c.version DESC NULLS FIRST LIMIT 200
