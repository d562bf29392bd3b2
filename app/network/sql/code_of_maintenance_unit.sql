SELECT id, code FROM maintenance_unit WHERE region_id = :region_id AND id = ANY(:ids)
