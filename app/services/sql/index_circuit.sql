UPDATE code_index x SET code = c.code, code_key = c.code_key
FROM circuit c
WHERE c.region_id = :region_id AND c.id = :id AND x.region_id = :region_id AND x.kind = 'circuit' AND x.id = c.id AND NOT x.is_alias
