-- The structures at the ends of each segment.
SELECT g.id AS segment, g.a_structure_id AS a_structure, g.z_structure_id AS z_structure
FROM cable_segment AS g
WHERE g.region_id = :region_id AND g.life <> 'retired'
