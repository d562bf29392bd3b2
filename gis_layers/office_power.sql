-- Offices by the fullest of their rectifiers; from 80 % on it is high, above all that is installed it is over.
SELECT s.id,
       CASE WHEN p.share IS NULL THEN 'unread' WHEN p.share > 1 THEN 'over' WHEN p.share >= 0.8 THEN 'high' ELSE 'normal' END AS state,
       ST_AsMVTGeom(s.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM site AS o
JOIN structure AS s ON s.region_id = :region_id AND s.id = o.structure_id
CROSS JOIN LATERAL (
    SELECT max(l.value / nullif(r.module_count * r.module_a, 0)) AS share
    FROM equipment AS e
    JOIN power_rating AS r ON r.region_id = :region_id AND r.equipment_id = e.id AND r.module_a IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT m.value FROM power_reading AS m
        WHERE m.region_id = :region_id AND m.equipment_id = e.id AND m.metric = 'load_a'
        ORDER BY m.read_on DESC LIMIT 1
    ) AS l
    WHERE e.region_id = :region_id AND e.structure_id = s.id
) AS p
WHERE o.region_id = :region_id
  AND s.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
