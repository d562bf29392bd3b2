-- The things under one click, whatever their kinds: enough to tell them apart. Each kind has its own list of keys.
SELECT 'grid' AS thing, g.id, g.code, g.name_zh, g.name_en, g.level::text AS kind, NULL AS model, to_jsonb(g) - 'geom' - 'geom_3857' AS columns
FROM grid AS g
WHERE g.region_id = :region_id AND g.id = ANY(:grid)
UNION ALL
SELECT 'structure', s.id, s.code, s.name_zh, s.name_en, s.kind, NULL, to_jsonb(s) - 'geom' - 'geom_3857'
FROM structure AS s
WHERE s.region_id = :region_id AND s.id = ANY(:structure)
UNION ALL
SELECT 'section', s.id, s.code, s.name_zh, s.name_en, s.kind, NULL, to_jsonb(s) - 'geom' - 'geom_3857'
FROM section AS s
WHERE s.region_id = :region_id AND s.id = ANY(:section)
UNION ALL
SELECT 'segment', c.id, k.code || '/' || c.code, coalesce(c.name_zh, k.name_zh), coalesce(c.name_en, k.name_en), c.medium, m.code, to_jsonb(c)
FROM cable_segment AS c
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN equipment_model AS m ON m.id = c.model_id
WHERE c.region_id = :region_id AND c.id = ANY(:segment)
UNION ALL
SELECT 'equipment', e.id, e.code, e.name_zh, e.name_en, m.kind, m.code, to_jsonb(e)
FROM equipment AS e
JOIN equipment_model AS m ON m.id = e.model_id
WHERE e.region_id = :region_id AND e.id = ANY(:equipment)
UNION ALL
SELECT 'building', b.id, b.code, b.name_zh, NULL, NULL, NULL, to_jsonb(b) - 'geom'
FROM building AS b
WHERE b.region_id = :region_id AND b.id = ANY(:building)
UNION ALL
SELECT 'unmet_request', r.id, r.code, NULL, NULL, NULL, NULL, to_jsonb(r) - 'geom'
FROM unmet_request AS r
WHERE r.region_id = :region_id AND r.id = ANY(:unmet_request)
UNION ALL
SELECT 'switch_office', o.id, o.code, o.name_zh, NULL, o.role, NULL, to_jsonb(o)
FROM switch_office AS o
WHERE o.region_id = :region_id AND o.id = ANY(:switch_office)
UNION ALL
SELECT 'circuit', x.id, x.code, x.name_zh, NULL, x.kind, NULL, to_jsonb(x)
FROM circuit AS x
WHERE x.region_id = :region_id AND x.id = ANY(:circuit)
