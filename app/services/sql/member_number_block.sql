  -- A number that ages was given up and is not free yet.
  SELECT 'number' AS kind, b.id AS owner_id, '' AS technology, t.grid_id, 'in_service' AS life,
         CASE n.use WHEN 'ageing' THEN 'releasing' ELSE n.use END AS use, 'ok' AS health, n.n
  FROM (SELECT n.block_id, n.use, count(*) AS n FROM number n {only number_block n.block_id} WHERE n.region_id = :region_id GROUP BY 1, 2) n
  JOIN number_block b ON b.region_id = :region_id AND b.id = n.block_id
  JOIN switch_office o ON o.region_id = :region_id AND o.id = b.office_id
  JOIN equipment e ON e.region_id = :region_id AND e.id = o.equipment_id
  JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
