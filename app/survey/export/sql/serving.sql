SELECT [address t.address_id] AS address, t.technology, [equipment t.equipment_id] AS equipment, t.distance_m FROM serving t WHERE t.region_id = :region ORDER BY t.address_id, t.technology
