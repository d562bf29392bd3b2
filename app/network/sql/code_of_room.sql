SELECT o.id, i.code || '/' || o.code FROM room o JOIN site i ON i.region_id = :region_id AND i.id = o.site_id
WHERE o.region_id = :region_id AND o.id = ANY(:ids)
