-- One joint further for every way that is not at its end. From the joint's far end the way leaves by the other side of the same strand,
-- pair or panel port (the number with its last bit turned); from a splitter's output (last three bits 7) by the first joined input of its
-- group; from a plain port and from a splitter's input it does not leave.
INSERT INTO {name}_step (way_id, no, conductor_id, port_id, role, inner_port_id, leave_key)
SELECT f.way_id, :no, CASE WHEN j.mate_key & 7 < 4 THEN j.mate_key >> 3 END, p.id, p.role, s.id,
       CASE WHEN j.mate_key & 7 < 4 OR p.role = 'panel' THEN j.mate_key # 1 WHEN p.role = 'split_out' AND :through THEN s.id * 8 + 6 END
FROM (SELECT way_id, leave_key FROM {name}_start WHERE :no = 1
      UNION ALL SELECT way_id, leave_key FROM {name}_step WHERE no = :no - 1 AND leave_key IS NOT NULL) f
JOIN joint_end j ON j.region_id = :region_id AND j.end_key = f.leave_key
LEFT JOIN port p ON p.region_id = :region_id AND p.id = CASE WHEN j.mate_key & 7 >= 4 THEN j.mate_key >> 3 END
LEFT JOIN LATERAL (
  SELECT q.id FROM port q LEFT JOIN joint_end i ON i.region_id = :region_id AND i.end_key = q.id * 8 + 6
  WHERE p.role = 'split_out' AND q.region_id = :region_id AND q.equipment_id = p.equipment_id AND q.split_no = p.split_no AND q.role = 'split_in'
  ORDER BY i.end_key IS NULL, q.no LIMIT 1) s ON p.role = 'split_out'
