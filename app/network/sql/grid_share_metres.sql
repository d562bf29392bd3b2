DELETE FROM grid_share h USING tally_change c
WHERE h.region_id = :region_id AND c.scope = 'line' AND c.expected IS NULL
  AND h.owner_kind = c.kind AND h.owner_id = c.owner_id AND h.grid_id = c.grid_id;
UPDATE grid_share h SET metres = c.expected[1] FROM tally_change c
WHERE h.region_id = :region_id AND c.scope = 'line' AND c.expected IS NOT NULL
  AND h.owner_kind = c.kind AND h.owner_id = c.owner_id AND h.grid_id = c.grid_id
