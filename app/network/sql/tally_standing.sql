UNION ALL
SELECT grid_id, kind, technology, -installed, -in_use, -reserved, -releasing, -unusable, -planned FROM grid_tally WHERE region_id = :region_id AND kind IN ({grid_kinds})
