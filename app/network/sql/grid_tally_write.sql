-- Sums that are new start at nothing: what is added may be negative, and a row that stands may not be.
INSERT INTO grid_tally (region_id, kind, grid_id, technology, installed, in_use, reserved, releasing, unusable, planned)
SELECT :region_id, kind, grid_id, technology, 0, 0, 0, 0, 0, 0 FROM tally_change WHERE scope = 'grid'
ORDER BY kind, grid_id, technology
ON CONFLICT ON CONSTRAINT pk_grid_tally DO NOTHING;
SELECT FROM grid_tally g JOIN tally_change c ON c.scope = 'grid' AND c.kind = g.kind AND c.grid_id = g.grid_id AND c.technology = g.technology
WHERE g.region_id = :region_id
ORDER BY g.kind, g.grid_id, g.technology
FOR UPDATE OF g;
UPDATE grid_tally g
SET installed = g.installed + c.expected[1], in_use = g.in_use + c.expected[2], reserved = g.reserved + c.expected[3],
    releasing = g.releasing + c.expected[4], unusable = g.unusable + c.expected[5], planned = g.planned + c.expected[6]
FROM tally_change c
WHERE g.region_id = :region_id AND c.scope = 'grid' AND c.kind = g.kind AND c.grid_id = g.grid_id AND c.technology = g.technology
