SELECT k.id, i.code || '/' || o.code || '/' || k.code
FROM rack k JOIN room o ON o.region_id = :region_id AND o.id = k.room_id JOIN site i ON i.region_id = :region_id AND i.id = o.site_id
WHERE k.region_id = :region_id AND k.id = ANY(:ids)
