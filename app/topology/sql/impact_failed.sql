-- What fails with sections, ducts, segments, structures, sites, rooms, racks, equipment, cards and an area: the strands and pairs, the equipment, and
-- the ports of cards. With a structure go the sections that end there and what stands in it; with equipment go the joints that lie in it.
WITH hit_structure AS (
  SELECT unnest(CAST(:structures AS bigint[])) AS id
  UNION
  SELECT s.id FROM structure s WHERE s.region_id = :region_id AND CAST(:area AS text) IS NOT NULL
    AND ST_Intersects(s.geom, ST_SetSRID(ST_GeomFromGeoJSON(:area), 4490))
), hit_section AS (
  SELECT unnest(CAST(:sections AS bigint[])) AS id
  UNION
  SELECT s.id FROM section s WHERE s.region_id = :region_id AND CAST(:area AS text) IS NOT NULL
    AND ST_Intersects(s.geom, ST_SetSRID(ST_GeomFromGeoJSON(:area), 4490))
  UNION
  SELECT s.id FROM hit_structure h JOIN section s ON s.region_id = :region_id AND s.a_structure_id = h.id
  UNION
  SELECT s.id FROM hit_structure h JOIN section s ON s.region_id = :region_id AND s.z_structure_id = h.id
), hit_duct AS (
  SELECT d.id, d.section_id FROM duct d WHERE d.region_id = :region_id AND d.id = ANY(:ducts)
  UNION
  SELECT d.id, d.section_id FROM duct p JOIN duct d ON d.region_id = :region_id AND d.section_id = p.section_id AND d.parent_id = p.id
  WHERE p.region_id = :region_id AND p.id = ANY(:ducts)
), hit_segment AS (
  SELECT unnest(CAST(:segments AS bigint[])) AS id
  UNION
  SELECT g.id FROM cable_segment g WHERE g.region_id = :region_id AND g.cable_id = ANY(:cables)
  UNION
  SELECT r.segment_id FROM hit_section h JOIN cable_run r ON r.region_id = :region_id AND r.section_id = h.id
  UNION
  SELECT r.segment_id FROM hit_duct h JOIN cable_run r ON r.region_id = :region_id AND r.section_id = h.section_id AND r.duct_id = h.id
), hit_equipment AS (
  SELECT unnest(CAST(:equipment AS bigint[])) AS id
  UNION
  SELECT e.id FROM hit_structure h JOIN equipment e ON e.region_id = :region_id AND e.structure_id = h.id
  UNION
  SELECT e.id FROM site s JOIN equipment e ON e.region_id = :region_id AND e.structure_id = s.structure_id
  WHERE s.region_id = :region_id AND s.id = ANY(:sites)
  UNION
  SELECT e.id FROM rack c JOIN equipment e ON e.region_id = :region_id AND e.rack_id = c.id
  WHERE c.region_id = :region_id AND (c.id = ANY(:racks) OR c.room_id = ANY(:rooms))
), hit_joint AS (
  SELECT n.conductor_id, n.port_id
  FROM hit_equipment h
  JOIN joint j ON j.region_id = :region_id AND j.equipment_id = h.id
  JOIN joint_end n ON n.region_id = :region_id AND n.joint_id = j.id
)
SELECT 'conductor' AS kind, n.id FROM hit_segment h JOIN conductor n ON n.region_id = :region_id AND n.segment_id = h.id
UNION
SELECT 'conductor', unnest(CAST(:conductors AS bigint[]))
UNION
SELECT 'conductor', conductor_id FROM hit_joint WHERE conductor_id IS NOT NULL
UNION
SELECT 'port', port_id FROM hit_joint WHERE port_id IS NOT NULL
UNION
SELECT 'port', unnest(CAST(:ports AS bigint[]))
UNION
SELECT 'port', p.id FROM card c JOIN port p ON p.region_id = :region_id AND p.equipment_id = c.equipment_id AND p.card_id = c.id
WHERE c.region_id = :region_id AND c.id = ANY(:cards)
UNION
SELECT 'equipment', id FROM hit_equipment
