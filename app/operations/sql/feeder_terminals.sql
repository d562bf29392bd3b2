-- Free terminals of cabinets and frames at whose back another cable ends than those of the segments over which one comes, a list with commas.
-- A cabinet has hundreds of them: they are read once, and no more are looked behind than are needed.
WITH idle AS MATERIALIZED (
  SELECT o.equipment_id, o.id FROM port o
  WHERE o.region_id = :region_id AND o.equipment_id = ANY(CAST(:points AS bigint[])) AND o.role = 'panel' AND o.use = 'idle'
    AND o.life = 'in_service' AND o.health IN ('ok', 'degraded') AND o.id <> ALL (CAST(:passed AS bigint[]))
)
SELECT c.id AS cabinet_id, c.apart, o.id, o.code, o.leave_key
FROM unnest(CAST(:points AS bigint[]), CAST(:apart AS text[])) AS c (id, apart)
CROSS JOIN LATERAL (
  SELECT f.id, f.code, f.leave_key
  FROM (
    SELECT id FROM idle WHERE equipment_id = c.id ORDER BY id <> ALL (CAST(:wanted AS bigint[])), id OFFSET 0
  ) i
  CROSS JOIN LATERAL (
    SELECT o.id, e.code || '/' || o.no AS code, o.id * 8 + 4 AS leave_key
    FROM port o
    JOIN equipment e ON e.region_id = :region_id AND e.id = o.equipment_id
    JOIN joint_end j ON j.region_id = :region_id AND j.end_key = o.id * 8 + 4
    JOIN conductor n ON n.region_id = :region_id AND n.id = j.mate_key >> 3
    JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id
    WHERE o.region_id = :region_id AND o.id = i.id AND o.use = 'idle' AND o.life = 'in_service' AND o.health IN ('ok', 'degraded')
      AND n.use = 'idle' AND n.life = 'in_service' AND n.health IN ('ok', 'degraded')
      AND s.cable_id NOT IN (SELECT cable_id FROM cable_segment WHERE region_id = :region_id AND id = ANY(CAST(string_to_array(c.apart, ',') AS bigint[])))
      -- The cable leads towards the office: it arrives here, it does not begin here.
      AND s.z_structure_id = e.structure_id
      AND NOT EXISTS (SELECT FROM joint_end x WHERE x.region_id = :region_id AND x.end_key = o.id * 8 + 5)
    LIMIT 1
    {lock_o}
  ) f
  LIMIT :most
) o
