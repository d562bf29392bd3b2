SELECT kind, installed FROM tally WHERE region_id = :region_id AND owner_id = :id AND kind IN ('home', 'household') AND technology = '' ORDER BY kind
