-- Live services of some products in a grid and those around it, by level.
WITH RECURSIVE around AS (
  SELECT id, parent_id, level FROM grid WHERE region_id = :region_id AND id = :grid
  UNION ALL
  SELECT g.id, g.parent_id, g.level FROM around a JOIN grid g ON g.region_id = :region_id AND g.id = a.parent_id
),
inside AS (
  SELECT a.level AS top, g.id FROM around a JOIN grid g ON g.region_id = :region_id AND g.id = a.id
  UNION
  SELECT a.level, c.id FROM around a JOIN grid c ON c.region_id = :region_id AND c.parent_id = a.id
  UNION
  SELECT a.level, d.id FROM around a JOIN grid c ON c.region_id = :region_id AND c.parent_id = a.id
  JOIN grid d ON d.region_id = :region_id AND d.parent_id = c.id
)
SELECT i.top AS level, count(*) AS live
FROM inside i
JOIN building b ON b.region_id = :region_id AND b.grid_id = i.id
JOIN address a ON a.region_id = :region_id AND a.building_id = b.id
JOIN service s ON s.region_id = :region_id AND s.address_id = a.id
WHERE s.state IN ('active', 'suspended') AND s.product = ANY(:products)
GROUP BY i.top
