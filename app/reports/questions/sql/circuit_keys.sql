SELECT id, code FROM circuit WHERE region_id = :region_id AND code = ANY(:codes)
