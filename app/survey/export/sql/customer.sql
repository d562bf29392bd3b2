SELECT t.code, t.segment, t.name, t.contact, t.phone FROM customer t WHERE t.region_id = :region ORDER BY t.code_key
