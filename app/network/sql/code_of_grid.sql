SELECT id, code FROM grid WHERE region_id = :region_id AND id = ANY(:ids)
