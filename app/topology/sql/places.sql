-- The structure in which a site, a room, a rack or equipment stands; a structure stands for itself.
SELECT t.id FROM structure AS t WHERE :kind = 'structure' AND t.region_id = :region_id AND t.id = :id
UNION ALL
SELECT s.structure_id FROM site AS s WHERE :kind = 'site' AND s.region_id = :region_id AND s.id = :id
UNION ALL
SELECT s.structure_id FROM room AS m JOIN site AS s ON s.region_id = :region_id AND s.id = m.site_id
WHERE :kind = 'room' AND m.region_id = :region_id AND m.id = :id
UNION ALL
SELECT s.structure_id FROM rack AS k JOIN room AS m ON m.region_id = :region_id AND m.id = k.room_id
JOIN site AS s ON s.region_id = :region_id AND s.id = m.site_id
WHERE :kind = 'rack' AND k.region_id = :region_id AND k.id = :id
UNION ALL
SELECT e.structure_id FROM equipment AS e WHERE :kind = 'equipment' AND e.region_id = :region_id AND e.id = :id
