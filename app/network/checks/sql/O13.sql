-- Pairs that come from the office end at the cabinet with their Z end, those that go on begin there.
SELECT 'equipment' AS kind, s.equipment_id AS id, s.feeder || ' feeder to ' || s.spread || ' distribution pairs' AS found,
       '1:' || CAST(:ratio_low AS numeric) || ' to 1:' || CAST(:ratio_high AS numeric) AS expected
FROM (
  SELECT p.equipment_id, count(*) FILTER (WHERE k.mate_key & 1 = 1) AS feeder, count(*) FILTER (WHERE k.mate_key & 1 = 0) AS spread
  FROM port p
  JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id AND e.life = 'in_service'
  JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'copper_cabinet'
  JOIN joint_end k ON k.region_id = :region_id AND k.end_key = p.id * 8 + 4 AND k.mate_key & 7 < 2
  WHERE p.region_id = :region_id
  GROUP BY 1
) s
WHERE least(s.feeder, s.spread) >= :least_pairs AND (s.spread < s.feeder * :ratio_low OR s.spread > s.feeder * :ratio_high)
