-- Buildings in which somebody is served, by the most valuable segment of customers in them.
SELECT b.id,
       u.segment,
       CASE WHEN :z >= 15 THEN u.live END AS live,
       ST_AsMVTGeom(ST_Transform(b.geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM building AS b
CROSS JOIN LATERAL (
    SELECT CASE WHEN bool_or(c.segment = 'large') THEN 'large' WHEN bool_or(c.segment = 'business') THEN 'business' ELSE 'public' END AS segment,
           count(*)::int AS live
    FROM address AS a
    JOIN service AS s ON s.region_id = :region_id AND s.address_id = a.id AND s.state IN ('active', 'suspended')
    JOIN customer AS c ON c.region_id = :region_id AND c.id = s.customer_id
    WHERE a.region_id = :region_id AND a.building_id = b.id
) AS u
WHERE b.region_id = :region_id
  AND u.live > 0
  AND b.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
