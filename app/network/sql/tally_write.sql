DELETE FROM tally t USING tally_change c
WHERE t.region_id = :region_id AND c.scope = 'tally' AND c.expected IS NULL
  AND t.kind = c.kind AND t.owner_id = c.owner_id AND t.technology = c.technology;
UPDATE tally t
SET grid_id = c.grid_id, installed = c.expected[1], in_use = c.expected[2], reserved = c.expected[3], releasing = c.expected[4],
    unusable = c.expected[5], planned = c.expected[6]
FROM tally_change c
WHERE t.region_id = :region_id AND c.scope = 'tally' AND c.found IS NOT NULL AND c.expected IS NOT NULL
  AND t.kind = c.kind AND t.owner_id = c.owner_id AND t.technology = c.technology;
INSERT INTO tally (region_id, kind, owner_id, technology, grid_id, installed, in_use, reserved, releasing, unusable, planned)
SELECT :region_id, kind, owner_id, technology, grid_id, expected[1], expected[2], expected[3], expected[4], expected[5], expected[6]
FROM tally_change WHERE scope = 'tally' AND found IS NULL
ORDER BY kind, owner_id, technology
