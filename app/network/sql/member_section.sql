  SELECT CASE WHEN d.is_subduct THEN 'subduct' ELSE 'duct' END, s.id, '', t.grid_id, d.life, d.use, d.health, d.n
  FROM (SELECT d.section_id, d.is_subduct, d.life, d.use, d.health, count(*) AS n FROM duct d {only section d.section_id} WHERE d.region_id = :region_id GROUP BY 1, 2, 3, 4, 5) d
  JOIN section s ON s.region_id = :region_id AND s.id = d.section_id
  JOIN structure t ON t.region_id = :region_id AND t.id = s.a_structure_id
