SELECT id, code FROM cable WHERE region_id = :region_id AND id = ANY(:ids)
