-- Access points for each of several places: the one that the survey names for the address, then the nearest of the kinds asked for.
WITH spot AS (
  SELECT x.place_no, x.address_id, ST_SetSRID(ST_MakePoint(x.lon, x.lat), 4490) AS geom
  FROM unnest(CAST(:lons AS double precision[]), CAST(:lats AS double precision[]), CAST(:address_ids AS bigint[])) WITH ORDINALITY
    AS x (lon, lat, address_id, place_no)
),
found AS (
  SELECT spot.place_no, v.equipment_id AS id, v.distance_m, true AS is_served
  FROM spot JOIN serving v ON v.region_id = :region_id AND v.address_id = spot.address_id AND v.technology = :technology
  UNION ALL
  SELECT spot.place_no, near.id, NULL, false
  FROM spot
  CROSS JOIN LATERAL (
    SELECT e.id
    FROM structure t
    JOIN equipment e ON e.region_id = :region_id AND e.structure_id = t.id AND e.life = 'in_service'
    JOIN equipment_model m ON m.id = e.model_id AND m.kind = ANY(:kinds)
    WHERE t.region_id = :region_id AND t.geom && ST_Expand(spot.geom, :reach_m / 90000.0)
    ORDER BY t.geom <-> spot.geom, e.id LIMIT :most
  ) near
),
chosen AS (SELECT place_no, id, min(distance_m) AS distance_m, bool_or(is_served) AS is_served FROM found GROUP BY place_no, id)
SELECT c.place_no, c.id, e.code, e.structure_id, c.is_served, coalesce(c.distance_m, ST_Distance(t.geom::geography, spot.geom::geography)) AS drop_m,
       ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat, e.life, e.health
FROM chosen c
JOIN spot ON spot.place_no = c.place_no
JOIN equipment e ON e.region_id = :region_id AND e.id = c.id
JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
ORDER BY c.place_no, c.is_served DESC, drop_m, c.id
