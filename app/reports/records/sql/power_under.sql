-- What feeds some equipment, step by step up to the mains: its own feeds and those of its rack, then what feeds their sources.
WITH RECURSIVE office AS (
    SELECT e.id, e.code, e.rack_id, m.kind AS model_kind, s.code || '/' || o.code || '/' || a.code AS rack_code
    FROM equipment AS e
    JOIN equipment_model AS m ON m.id = e.model_id
    LEFT JOIN rack AS a ON a.region_id = :region_id AND a.id = e.rack_id
    LEFT JOIN room AS o ON o.region_id = :region_id AND o.id = a.room_id
    LEFT JOIN site AS s ON s.region_id = :region_id AND s.id = o.site_id
    WHERE e.region_id = :region_id AND e.id = ANY(:ids)
), up (depth, feed_id, source_id, way) AS (
    SELECT 1, w.id, w.source_equipment_id, ARRAY[w.source_equipment_id]
    FROM office AS f
    JOIN power_feed AS w ON w.region_id = :region_id AND w.load_equipment_id = f.id
    UNION
    SELECT 1, w.id, w.source_equipment_id, ARRAY[w.source_equipment_id]
    FROM office AS f
    JOIN power_feed AS w ON w.region_id = :region_id AND w.load_rack_id = f.rack_id
    UNION
    SELECT up.depth + 1, w.id, w.source_equipment_id, up.way || w.source_equipment_id
    FROM up
    JOIN power_feed AS w ON w.region_id = :region_id AND w.load_equipment_id = up.source_id
    WHERE up.depth < 12 AND w.source_equipment_id <> ALL (up.way)
), step AS (
    SELECT up.feed_id, min(up.depth) AS depth FROM up GROUP BY up.feed_id
)
SELECT 0 AS depth, f.id AS source_id, f.code AS source_code, f.model_kind, NULL AS side, NULL AS outlet_no, NULL AS breaker_a, NULL AS load_a,
       CASE WHEN f.rack_id IS NOT NULL THEN 'rack' END AS load_kind, f.rack_id AS load_id, f.rack_code AS load_code
FROM office AS f
UNION ALL
SELECT step.depth, e.id, e.code, m.kind, w.side, w.outlet_no, w.breaker_a, w.load_a,
       CASE WHEN w.load_rack_id IS NULL THEN 'equipment' ELSE 'rack' END, coalesce(l.id, a.id), coalesce(l.code, s.code || '/' || o.code || '/' || a.code)
FROM step
JOIN power_feed AS w ON w.region_id = :region_id AND w.id = step.feed_id
JOIN equipment AS e ON e.region_id = :region_id AND e.id = w.source_equipment_id
JOIN equipment_model AS m ON m.id = e.model_id
LEFT JOIN equipment AS l ON l.region_id = :region_id AND l.id = w.load_equipment_id
LEFT JOIN rack AS a ON a.region_id = :region_id AND a.id = w.load_rack_id
LEFT JOIN room AS o ON o.region_id = :region_id AND o.id = a.room_id
LEFT JOIN site AS s ON s.region_id = :region_id AND s.id = o.site_id
ORDER BY depth, side NULLS FIRST, source_code
