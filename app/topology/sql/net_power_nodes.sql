-- What feeds or is fed.
SELECT e.id, e.code
FROM equipment AS e
WHERE e.region_id = :region_id AND EXISTS (
    SELECT FROM power_feed AS f WHERE f.region_id = :region_id AND (f.source_equipment_id = e.id OR f.load_equipment_id = e.id)
)
UNION ALL
SELECT -k.id, s.code || '/' || m.code || '/' || k.code
FROM rack AS k
JOIN room AS m ON m.region_id = :region_id AND m.id = k.room_id
JOIN site AS s ON s.region_id = :region_id AND s.id = m.site_id
WHERE k.region_id = :region_id AND EXISTS (SELECT FROM power_feed AS f WHERE f.region_id = :region_id AND f.load_rack_id = k.id)
ORDER BY id
