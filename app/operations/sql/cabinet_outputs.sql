-- Free outputs of splitters that are fed from the terminals of cabinets.
SELECT c.id AS cabinet_id, o.id, o.code, o.splitter_id, o.split_no
FROM unnest(CAST(:points AS bigint[])) AS c (id)
CROSS JOIN LATERAL (
  {free_outputs c.id}
) o
