-- Structures of a grid where a box may stand, those with most households around first.
SELECT t.id, t.code
FROM structure t
LEFT JOIN LATERAL (
  SELECT sum(a.household_count) AS households
  FROM building b JOIN address a ON a.region_id = :region_id AND a.building_id = b.id
  WHERE b.region_id = :region_id AND ST_DWithin(b.geom, t.geom, CAST(:reach_m AS float8) / 111320)) h ON true
WHERE t.region_id = :region_id AND t.grid_id = :grid AND t.life = 'in_service' AND t.health IN ('ok', 'degraded')
ORDER BY h.households DESC NULLS LAST, t.code
LIMIT :most
