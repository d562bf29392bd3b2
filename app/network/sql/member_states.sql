-- `member`: what the rows say, one line per owner, kind, technology and state. `fresh`: one tally each.
member (kind, owner_id, technology, grid_id, life, use, health, n) AS (
  {members}
),
fresh AS MATERIALIZED (
  SELECT kind, owner_id, technology, coalesce(grid_id, 0) AS grid_id,
         coalesce(sum(n) FILTER (WHERE is_installed), 0) AS installed,
         coalesce(sum(n) FILTER (WHERE is_installed AND use = 'in_use'), 0) AS in_use,
         coalesce(sum(n) FILTER (WHERE is_installed AND use = 'reserved'), 0) AS reserved,
         coalesce(sum(n) FILTER (WHERE is_installed AND use = 'releasing'), 0) AS releasing,
         coalesce(sum(n) FILTER (WHERE is_installed AND use = 'idle' AND health IN ('faulty', 'blocked')), 0) AS unusable,
         coalesce(sum(n) FILTER (WHERE NOT is_installed), 0) AS planned
  FROM (SELECT *, life IN ('built', 'in_service', 'pending_removal') AS is_installed FROM member WHERE life <> 'retired') x
  GROUP BY 1, 2, 3, 4
)
