-- Access points for a place: the one that the survey names for the address, then the nearest of the kinds asked for.
WITH spot AS (SELECT ST_SetSRID(ST_MakePoint(CAST(:lon AS double precision), CAST(:lat AS double precision)), 4490) AS geom),
served AS (
  SELECT v.equipment_id AS id, v.distance_m FROM serving v WHERE v.region_id = :region_id AND v.address_id = CAST(:address_id AS bigint) AND v.technology = :technology
),
near AS (
  SELECT e.id
  FROM spot
  JOIN structure t ON t.region_id = :region_id AND t.geom && ST_Expand(spot.geom, :reach_m / 90000.0)
  JOIN equipment e ON e.region_id = :region_id AND e.structure_id = t.id AND e.life = 'in_service'
  JOIN equipment_model m ON m.id = e.model_id AND m.kind = ANY(:kinds)
  ORDER BY t.geom <-> spot.geom, e.id LIMIT :most
),
chosen AS (SELECT id, min(distance_m) AS distance_m, bool_or(is_served) AS is_served FROM (
  SELECT id, distance_m, true AS is_served FROM served UNION ALL SELECT id, NULL, false FROM near) x GROUP BY id)
SELECT c.id, e.code, e.structure_id, c.is_served, coalesce(c.distance_m, ST_Distance(t.geom::geography, spot.geom::geography)) AS drop_m,
       ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat, e.life, e.health
FROM chosen c
CROSS JOIN spot
JOIN equipment e ON e.region_id = :region_id AND e.id = c.id
JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
ORDER BY c.is_served DESC, drop_m, c.id
