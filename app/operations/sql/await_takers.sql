SELECT FROM tally WHERE region_id = :region_id AND owner_id = ANY(:ids) AND kind IN ('port', 'terminal')
ORDER BY kind, owner_id, technology
FOR SHARE
