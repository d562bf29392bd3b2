-- Buildings with their households: those of a grid and all grids inside it, or those of addresses by code; with unserved addresses alone where that is asked.
WITH RECURSIVE inside AS (
  SELECT id FROM grid WHERE region_id = :region_id AND code = CAST(:grid AS text)
  UNION ALL
  SELECT g.id FROM inside i JOIN grid g ON g.region_id = :region_id AND g.parent_id = i.id
)
SELECT b.id, b.code, ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat, sum(a.household_count)::int AS households, array_agg(b.code || '/' || a.code ORDER BY a.code) AS addresses
FROM building b
JOIN address a ON a.region_id = :region_id AND a.building_id = b.id
WHERE b.region_id = :region_id
  AND (CAST(:grid AS text) IS NULL OR b.grid_id IN (SELECT id FROM inside))
  AND (CAST(:addresses AS text[]) IS NULL OR b.code || '/' || a.code = ANY(:addresses) OR b.code = ANY(:addresses))
  AND (NOT :only_unserved OR NOT EXISTS (SELECT FROM serving v WHERE v.region_id = :region_id AND v.address_id = a.id AND v.technology = 'pon'))
GROUP BY b.id, b.code, b.geom
HAVING sum(a.household_count) > 0
ORDER BY b.code
