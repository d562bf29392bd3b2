-- Addresses whose access point has something to give out (splitters stand beside their box, or before it: then the box's own places count),
-- with more households than live broadband services, and without an open visit.
WITH held AS (
  SELECT x.address_id, count(*) AS live FROM service x
  WHERE x.region_id = :region_id AND x.state IN ('active', 'suspended') AND x.product IN ('ftth', 'adsl', 'vdsl', 'lan')
  GROUP BY x.address_id
), counted AS (
  SELECT e.structure_id, sum(t.installed - t.in_use - t.reserved - t.releasing - t.unusable)::int AS idle
  FROM unnest(CAST(:kinds AS text[]), CAST(:technologies AS text[])) AS w (kind, technology)
  JOIN tally t ON t.region_id = :region_id AND t.kind = w.kind AND t.technology = w.technology
  JOIN equipment e ON e.region_id = :region_id AND e.id = t.owner_id AND e.life = 'in_service'
  WHERE t.installed > 0
  GROUP BY e.structure_id
), point AS (
  SELECT e.id, e.code, e.structure_id, coalesce(c.idle, (t.installed - t.in_use - t.reserved - t.releasing - t.unusable)::int) AS idle
  FROM equipment e
  LEFT JOIN counted c ON c.structure_id = e.structure_id
  LEFT JOIN tally t ON t.region_id = :region_id AND t.owner_id = e.id AND t.kind = 'terminal'
  WHERE e.region_id = :region_id AND e.life = 'in_service'
)
SELECT a.id, b.code || '/' || a.code AS code, b.grid_id, a.household_count - coalesce(h.live, 0)::int AS to_win, p.code AS access, p.structure_id, p.idle,
       v.distance_m
FROM serving v
JOIN point p ON p.id = v.equipment_id AND p.idle > 0
JOIN address a ON a.region_id = :region_id AND a.id = v.address_id AND a.household_count > 0
LEFT JOIN held h ON h.address_id = a.id
JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
WHERE v.region_id = :region_id AND v.technology = :access
  AND a.household_count > coalesce(h.live, 0)
  AND NOT EXISTS (SELECT 1 FROM visit o WHERE o.region_id = :region_id AND o.address_id = a.id AND o.state = 'open')
ORDER BY b.code, a.code
