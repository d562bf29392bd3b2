WITH plate (kind, id, code_key) AS (
  SELECT 'structure', id, code_key FROM structure WHERE region_id = :region_id
  UNION ALL SELECT 'section', id, code_key FROM section WHERE region_id = :region_id
  UNION ALL SELECT 'cable', id, code_key FROM cable WHERE region_id = :region_id
  UNION ALL SELECT 'equipment', id, code_key FROM equipment WHERE region_id = :region_id
  UNION ALL SELECT 'site', id, code_key FROM site WHERE region_id = :region_id
  UNION ALL SELECT 'grid', id, code_key FROM grid WHERE region_id = :region_id
  UNION ALL SELECT 'switch_office', id, code_key FROM switch_office WHERE region_id = :region_id
  UNION ALL SELECT 'trunk_group', id, code_key FROM trunk_group WHERE region_id = :region_id
  UNION ALL SELECT 'segment', s.id, c.code_key || '/' || s.code_key
    FROM cable_segment s JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id WHERE s.region_id = :region_id
  UNION ALL SELECT 'rack', k.id, i.code_key || '/' || o.code_key || '/' || k.code_key
    FROM rack k JOIN room o ON o.region_id = :region_id AND o.id = k.room_id JOIN site i ON i.region_id = :region_id AND i.id = o.site_id
    WHERE k.region_id = :region_id
),
-- Other kinds in the index belong to those who wrote them there.
listed AS (
  SELECT kind, id, code_key FROM code_index
  WHERE region_id = :region_id AND NOT is_alias AND kind IN ('structure', 'section', 'cable', 'equipment', 'site', 'grid', 'switch_office', 'trunk_group', 'segment', 'rack')
)
SELECT coalesce(p.kind, l.kind) AS kind, coalesce(p.id, l.id) AS id, coalesce(l.code_key, 'not in the index') AS found, coalesce(p.code_key, 'no such thing') AS expected
FROM plate p FULL JOIN listed l ON l.kind = p.kind AND l.id = p.id
WHERE l.code_key IS DISTINCT FROM p.code_key
