-- Only a community has structures of its own; for the levels above this reads nothing.
SELECT s.kind, count(*) AS count
FROM structure AS s
WHERE s.region_id = :region_id AND s.grid_id = :id AND s.life <> 'retired'
GROUP BY s.kind
ORDER BY count(*) DESC
