SELECT a.id, t.code || '/' || r.code || '/' || a.code AS code, a.height_u, count(*) OVER () AS total,
       y.installed, y.in_use, y.reserved, y.releasing, y.unusable, y.planned
FROM site AS t
JOIN room AS r ON r.region_id = :region_id AND r.site_id = t.id
JOIN rack AS a ON a.region_id = :region_id AND a.room_id = r.id
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.kind = 'rack_unit' AND y.owner_id = a.id AND y.technology = ''
WHERE t.region_id = :region_id AND t.structure_id = :id
ORDER BY t.code, r.code, a.code
LIMIT :limit
