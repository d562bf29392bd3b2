SELECT y.kind, y.technology, y.installed, y.in_use, y.reserved, y.releasing, y.unusable, y.planned
FROM tally AS y
WHERE y.region_id = :region_id AND y.owner_id = :id AND y.kind = ANY(:kinds)
ORDER BY y.kind, y.technology
