SELECT t.structure_id FROM site AS t WHERE t.region_id = :region_id AND t.id = :id
