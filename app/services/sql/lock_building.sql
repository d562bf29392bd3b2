SELECT b.id FROM address a JOIN building b ON b.region_id = :region_id AND b.id = a.building_id WHERE a.region_id = :region_id AND a.id = :id
FOR NO KEY UPDATE OF b
