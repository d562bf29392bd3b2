SELECT id, code FROM structure WHERE region_id = :region_id AND id = ANY(:ids)
