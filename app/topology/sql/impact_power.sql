-- Everything that may lose power with some equipment or feeds, and all the feeds of each. Equipment without feeds of its own lives on those
-- of its rack, where it draws power at all.
WITH RECURSIVE dark (id) AS (
  SELECT unnest(CAST(:equipment AS bigint[]))
  UNION
  SELECT coalesce(f.load_equipment_id, e.id) FROM power_feed f
  LEFT JOIN equipment e ON e.region_id = :region_id AND e.rack_id = f.load_rack_id
  WHERE f.region_id = :region_id AND f.id = ANY(:feeds)
  UNION
  SELECT coalesce(f.load_equipment_id, e.id)
  FROM dark
  JOIN power_feed f ON f.region_id = :region_id AND f.source_equipment_id = dark.id
  LEFT JOIN equipment e ON e.region_id = :region_id AND e.rack_id = f.load_rack_id
), own AS (
  SELECT f.load_equipment_id AS load_id, f.id AS feed_id, f.source_equipment_id AS source_id
  FROM dark JOIN power_feed f ON f.region_id = :region_id AND f.load_equipment_id = dark.id
), racked AS (
  SELECT e.id AS load_id, f.id AS feed_id, f.source_equipment_id AS source_id
  FROM dark
  JOIN equipment e ON e.region_id = :region_id AND e.id = dark.id
  JOIN equipment_model m ON m.id = e.model_id
  JOIN power_feed f ON f.region_id = :region_id AND f.load_rack_id = e.rack_id
  WHERE NOT EXISTS (SELECT FROM own WHERE own.load_id = e.id)
    AND (m.power_w > 0 OR EXISTS (
      SELECT FROM card c JOIN equipment_model k ON k.id = c.model_id WHERE c.region_id = :region_id AND c.equipment_id = e.id AND k.power_w > 0))
)
SELECT a.load_id, a.feed_id, a.source_id, m.kind AS source_kind, e.structure_id
FROM (SELECT * FROM own UNION ALL SELECT * FROM racked) a
JOIN equipment e ON e.region_id = :region_id AND e.id = a.source_id
JOIN equipment_model m ON m.id = e.model_id
