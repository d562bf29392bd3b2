SELECT y.kind, '' AS technology, sum(y.installed)::bigint AS installed, sum(y.in_use)::bigint AS in_use, sum(y.reserved)::bigint AS reserved,
       sum(y.releasing)::bigint AS releasing, sum(y.unusable)::bigint AS unusable, sum(y.planned)::bigint AS planned
FROM grid_tally AS y
WHERE y.region_id = :region_id AND y.grid_id = :id AND y.kind = ANY(:kinds)
GROUP BY y.kind
ORDER BY y.kind
