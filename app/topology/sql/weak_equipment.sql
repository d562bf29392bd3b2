-- Where equipment stands; rack -1 outside racks.
SELECT e.id AS equipment, e.structure_id AS structure, coalesce(e.rack_id, -1) AS rack
FROM equipment AS e
WHERE e.region_id = :region_id AND e.life <> 'retired'
