SELECT c.id, c.code, c.name, c.contact, c.phone FROM customer AS c WHERE c.region_id = :region_id AND c.code = ANY(:codes)
