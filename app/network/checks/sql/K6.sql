SELECT 'duct' AS kind, d.id, count(DISTINCT r.segment_id) || ' segments and subducts' AS found, 'one of the two' AS expected
FROM cable_run r JOIN duct d ON d.region_id = :region_id AND d.id = r.duct_id AND NOT d.is_subduct
WHERE r.region_id = :region_id AND NOT r.is_subduct
  AND EXISTS (SELECT FROM duct c WHERE c.region_id = :region_id AND c.section_id = d.section_id AND c.parent_id = d.id AND c.life <> 'retired')
GROUP BY d.id
