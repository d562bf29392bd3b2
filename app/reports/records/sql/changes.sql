-- The latest changes of one row, newest first: who, when, through which door, and the row before. The last is the change that brought
-- what the oldest of them found: it has no image.
WITH latest AS (
    SELECT j.id, j.change_id, j.before, j.since_change_id
    FROM journal AS j
    WHERE j.region_id = :region_id AND j.tbl = :table AND j.row_id = :id
    ORDER BY j.id DESC
    LIMIT :limit
), every AS (
    SELECT latest.id, latest.change_id, latest.before, false AS is_first FROM latest
    UNION ALL
    SELECT 0, coalesce((SELECT o.since_change_id FROM latest AS o ORDER BY o.id LIMIT 1), :change_id), NULL, true
)
SELECT e.before, e.is_first, c.actor, c.source, c.batch_id, c.at
FROM every AS e
JOIN change AS c ON c.region_id = :region_id AND c.id = e.change_id
ORDER BY e.id DESC
