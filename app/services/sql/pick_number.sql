-- The next free number of an office, block by block, so that only one is locked; numbers that somebody has locked are passed over.
SELECT n.id, n.digits, n.use, n.block_id
FROM (SELECT b.id, b.code_key FROM number_block b WHERE b.region_id = :region_id AND b.office_id = ANY(:offices) ORDER BY b.code_key OFFSET 0) b
CROSS JOIN LATERAL (
  SELECT n.id, n.digits, n.use, n.block_id
  FROM number n
  WHERE n.region_id = :region_id AND n.block_id = b.id AND n.use = 'idle'
    AND (CAST(:like AS text) IS NULL OR n.digits LIKE CAST(:like AS text))
    AND n.digits !~ ALL (CAST(:nice AS text[]))
  ORDER BY n.digits
  LIMIT 1
  FOR NO KEY UPDATE OF n SKIP LOCKED
) n
ORDER BY b.code_key
LIMIT 1
