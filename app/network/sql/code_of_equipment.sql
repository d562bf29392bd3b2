SELECT id, code FROM equipment WHERE region_id = :region_id AND id = ANY(:ids)
