SELECT id, code FROM site WHERE region_id = :region_id AND id = ANY(:ids)
