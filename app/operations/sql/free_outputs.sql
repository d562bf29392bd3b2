-- Free outputs of the splitters that are fed from the terminals of the equipment {point}; those asked for come first.
SELECT o.id, e.code || '/' || o.no AS code, o.role, o.equipment_id AS splitter_id, o.split_no
  FROM port o
  JOIN equipment e ON e.region_id = :region_id AND e.id = o.equipment_id AND e.life = 'in_service'
  WHERE o.region_id = :region_id AND o.role = 'split_out' AND o.use = 'idle' AND o.life = 'in_service' AND o.health IN ('ok', 'degraded')
    AND o.id <> ALL (CAST(:passed AS bigint[]))
    AND o.equipment_id IN (
      SELECT q.equipment_id FROM port f
      JOIN joint_end j ON j.region_id = :region_id AND j.end_key = f.id * 8 + 5
      JOIN port q ON q.region_id = :region_id AND q.id = j.mate_key >> 3 AND j.mate_key & 7 = 6
      WHERE f.region_id = :region_id AND f.equipment_id = {point})
    AND NOT EXISTS (SELECT FROM joint_end j WHERE j.region_id = :region_id AND j.end_key = o.id * 8 + 7)
  ORDER BY o.id <> ALL (CAST(:wanted AS bigint[])), o.equipment_id, length(o.no), o.no LIMIT :most
  {lock_o}
