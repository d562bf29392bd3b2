WITH plate (kind, id, code_key) AS (
  SELECT 'number_block', id, code_key FROM number_block WHERE region_id = :region_id
  UNION ALL SELECT 'number', id, digits FROM number WHERE region_id = :region_id
  UNION ALL SELECT 'customer', id, code_key FROM customer WHERE region_id = :region_id
  UNION ALL SELECT 'building', id, code_key FROM building WHERE region_id = :region_id
  UNION ALL SELECT 'address', a.id, b.code_key || '/' || a.code_key
    FROM address a JOIN building b ON b.region_id = :region_id AND b.id = a.building_id WHERE a.region_id = :region_id
  UNION ALL SELECT 'circuit', id, code_key FROM circuit WHERE region_id = :region_id
  UNION ALL SELECT 'ring', id, code_key FROM ring WHERE region_id = :region_id
  UNION ALL SELECT 'service', id, code_key FROM service WHERE region_id = :region_id
  UNION ALL SELECT 'unmet_request', id, code_key FROM unmet_request WHERE region_id = :region_id
),
listed AS (
  SELECT kind, id, code_key FROM code_index
  WHERE region_id = :region_id AND NOT is_alias
    AND kind IN ('number_block', 'number', 'customer', 'building', 'address', 'circuit', 'ring', 'service', 'unmet_request')
)
SELECT coalesce(p.kind, l.kind) AS kind, coalesce(p.id, l.id) AS id, coalesce(l.code_key, 'not in the index') AS found, coalesce(p.code_key, 'no such thing') AS expected
FROM plate p FULL JOIN listed l ON l.kind = p.kind AND l.id = p.id
WHERE l.code_key IS DISTINCT FROM p.code_key
