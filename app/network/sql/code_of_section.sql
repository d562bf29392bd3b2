SELECT id, code FROM section WHERE region_id = :region_id AND id = ANY(:ids)
