WITH delta AS (
  SELECT kind, owner_id, technology, sum(installed) AS installed, sum(in_use) AS in_use, sum(reserved) AS reserved, sum(releasing) AS releasing,
         sum(unusable) AS unusable, sum(planned) AS planned
  FROM unnest(CAST(:kind AS text[]), CAST(:owner_id AS bigint[]), CAST(:technology AS text[]), CAST(:installed AS bigint[]), CAST(:in_use AS bigint[]),
              CAST(:reserved AS bigint[]), CAST(:releasing AS bigint[]), CAST(:unusable AS bigint[]), CAST(:planned AS bigint[]))
       AS d (kind, owner_id, technology, installed, in_use, reserved, releasing, unusable, planned)
  GROUP BY 1, 2, 3
),
locked AS (
  SELECT t.kind, t.owner_id, t.technology FROM tally t JOIN delta d USING (kind, owner_id, technology)
  WHERE t.region_id = :region_id
  ORDER BY t.kind, t.owner_id, t.technology
  FOR UPDATE OF t
)
UPDATE tally t
SET installed = t.installed + d.installed, in_use = t.in_use + d.in_use, reserved = t.reserved + d.reserved,
    releasing = t.releasing + d.releasing, unusable = t.unusable + d.unusable, planned = t.planned + d.planned
FROM locked l JOIN delta d USING (kind, owner_id, technology)
WHERE t.region_id = :region_id AND t.kind = l.kind AND t.owner_id = l.owner_id AND t.technology = l.technology
RETURNING t.kind, t.owner_id, t.technology
