-- Free ports of access points at which a drop can begin: outputs of splitters that hang on the box first, then the box's own.
-- A terminal counts only where a cable ends at its back.
SELECT a.id AS access_id, p.id, p.code, p.role, NULL::bigint AS leave_key, p.splitter_id, p.split_no
FROM unnest(CAST(:points AS bigint[])) WITH ORDINALITY AS a (id, place)
CROSS JOIN LATERAL (
  {free_outputs a.id}
) p
WHERE :splits
UNION ALL
SELECT a.id, p.id, p.code, p.role, p.leave_key, NULL, NULL
FROM unnest(CAST(:points AS bigint[])) WITH ORDINALITY AS a (id, place)
CROSS JOIN LATERAL (
  SELECT o.id, e.code || '/' || o.no AS code, o.role, CASE WHEN o.role = 'panel' THEN o.id * 8 + 4 END AS leave_key
  FROM port o
  JOIN equipment e ON e.region_id = :region_id AND e.id = o.equipment_id
  WHERE o.region_id = :region_id AND o.equipment_id = a.id AND o.use = 'idle' AND o.life = 'in_service' AND o.health IN ('ok', 'degraded')
    AND o.id <> ALL (CAST(:passed AS bigint[])) AND (o.role = 'panel' OR o.role = 'plain' AND o.port_type = :line_type)
    AND (o.role = 'plain' OR EXISTS (SELECT FROM joint_end j WHERE j.region_id = :region_id AND j.end_key = o.id * 8 + 4))
    AND NOT EXISTS (SELECT FROM joint_end j WHERE j.region_id = :region_id AND j.end_key = o.id * 8 + 5)
  ORDER BY o.id <> ALL (CAST(:wanted AS bigint[])), length(o.no), o.no LIMIT :most
  {lock_o}
) p
LIMIT CAST(:in_all AS bigint)
