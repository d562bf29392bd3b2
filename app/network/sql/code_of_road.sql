SELECT id, code FROM road WHERE region_id = :region_id AND id = ANY(:ids)
