SELECT id, code FROM code_index WHERE region_id = :region_id AND kind = :kind AND id = ANY(:ids) AND NOT is_alias
