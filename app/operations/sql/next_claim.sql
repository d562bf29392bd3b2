SELECT coalesce(max(seq), 0) + 1 FROM project_claim WHERE region_id = :region_id AND project_id = :id
