-- The next free number of an office; numbers that somebody has locked are passed over.
SELECT n.id, n.digits, n.use, n.block_id
FROM number n
WHERE n.region_id = :region_id AND n.use = 'idle'
  AND n.block_id IN (SELECT b.id FROM number_block b WHERE b.region_id = :region_id AND b.office_id = ANY(:offices))
  AND (CAST(:like AS text) IS NULL OR n.digits LIKE CAST(:like AS text))
  AND n.digits !~ ALL (CAST(:nice AS text[]))
ORDER BY n.digits
LIMIT 1
FOR NO KEY UPDATE OF n SKIP LOCKED
