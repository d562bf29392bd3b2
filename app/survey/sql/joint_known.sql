-- K2 against what is joined already: the same pair is no change, another pair is a conflict.
CREATE TEMP TABLE known_end ON COMMIT DROP AS
SELECT p.source_no, p.row_no, p.full_key, p.a_no, p.a_key, a.mate_key = p.z_key AS is_same, CASE WHEN a.mate_key IS NOT NULL AND a.mate_key IS DISTINCT FROM p.z_key THEN a.end_key ELSE z.end_key END AS taken_key
FROM end_pair p LEFT JOIN joint_end a ON a.region_id = :region AND a.end_key = p.a_key LEFT JOIN joint_end z ON z.region_id = :region AND z.end_key = p.z_key
WHERE a.end_key IS NOT NULL OR z.end_key IS NOT NULL;

-- The other joint is named: which end is taken, by what, and where.
INSERT INTO finding
SELECT k.source_no, k.row_no, 'K2', 'error', NULL, k.full_key, coalesce(t.name || ' is joined to ' || m.name || coalesce(' in ' || q.code, ''), 'an end that is joined to something else already: number ' || k.a_no)
       || CASE WHEN k.many > 1 THEN ', and ' || k.many - 1 || ' more' ELSE '' END, 'ends that are free', 'cut the old joint first, or correct the row'
FROM (SELECT DISTINCT ON (source_no, row_no, full_key) *, count(*) OVER (PARTITION BY source_no, row_no, full_key) AS many FROM known_end WHERE is_same IS NOT TRUE ORDER BY source_no, row_no, full_key, a_no) k
LEFT JOIN joint_end e ON e.region_id = :region AND e.end_key = k.taken_key LEFT JOIN joint_end o ON o.region_id = :region AND o.end_key = e.mate_key
LEFT JOIN joint j ON j.region_id = :region AND j.id = e.joint_id LEFT JOIN equipment q ON q.region_id = :region AND q.id = j.equipment_id
LEFT JOIN LATERAL (
  SELECT c.code || ':' || n.no AS name FROM conductor n JOIN code_index c ON c.region_id = :region AND c.kind = 'segment' AND c.id = n.segment_id AND NOT c.is_alias WHERE n.region_id = :region AND n.id = e.conductor_id
  UNION ALL SELECT c.code || '/' || p.no FROM port p JOIN equipment c ON c.region_id = :region AND c.id = p.equipment_id WHERE p.region_id = :region AND p.id = e.port_id) t ON true
LEFT JOIN LATERAL (
  SELECT c.code || ':' || n.no AS name FROM conductor n JOIN code_index c ON c.region_id = :region AND c.kind = 'segment' AND c.id = n.segment_id AND NOT c.is_alias WHERE n.region_id = :region AND n.id = o.conductor_id
  UNION ALL SELECT c.code || '/' || p.no FROM port p JOIN equipment c ON c.region_id = :region AND c.id = p.equipment_id WHERE p.region_id = :region AND p.id = o.port_id) m ON true;
