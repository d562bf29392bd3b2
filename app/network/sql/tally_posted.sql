UNION ALL
SELECT grid_id, kind, technology, -1, installed, in_use, reserved, releasing, unusable, planned FROM counted
UNION ALL
SELECT l.grid_id, m.metre_kind, c.technology, -l.found, c.installed, c.in_use, c.reserved, c.releasing, c.unusable, c.planned
FROM counted c JOIN measured m USING (kind) JOIN line l ON l.owner_kind = m.owner_kind AND l.owner_id = c.owner_id
