-- Numbers of one block that follow each other with the same state are one row.
SELECT CASE WHEN count(*) = 1 THEN min(digits) ELSE min(digits) || '-' || max(digits) END AS digits, use, ageing_until
FROM (SELECT t.*, t.digits::numeric - row_number() OVER (PARTITION BY t.block_id, t.use, t.ageing_until ORDER BY t.digits) AS island FROM number t WHERE t.region_id = :region) n
GROUP BY block_id, use, ageing_until, island ORDER BY block_id, min(digits)
