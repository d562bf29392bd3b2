SELECT 'structure' AS kind, t.id, 'grid of level ' || g.level AS found, 'a community' AS expected
FROM structure t JOIN grid g ON g.region_id = :region_id AND g.id = t.grid_id
WHERE t.region_id = :region_id AND g.level <> 3
UNION ALL
SELECT 'equipment', e.id, 'stands in ' || here.code, 'in ' || there.code || ' where its rack stands'
FROM equipment e
JOIN rack k ON k.region_id = :region_id AND k.id = e.rack_id
JOIN room r ON r.region_id = :region_id AND r.id = k.room_id
JOIN site s ON s.region_id = :region_id AND s.id = r.site_id
JOIN structure here ON here.region_id = :region_id AND here.id = e.structure_id
JOIN structure there ON there.region_id = :region_id AND there.id = s.structure_id
WHERE e.region_id = :region_id AND e.structure_id <> s.structure_id AND e.life <> 'retired'
