SELECT id, code FROM customer_area WHERE region_id = :region_id AND id = ANY(:ids)
