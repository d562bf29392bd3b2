-- Tallies are cut at the capacity: what is full in one of these kinds is needed beyond what there is.
SELECT o.owner_kind AS kind, t.owner_id AS id, o.kind || ' ' || t.in_use || ' of ' || t.installed AS found, 'room left' AS expected
FROM tally t JOIN unnest(CAST(:overload_kind AS text[]), CAST(:overload_owner_kind AS text[])) AS o (kind, owner_kind) ON o.kind = t.kind
WHERE t.region_id = :region_id AND t.installed > 0 AND t.in_use >= t.installed
