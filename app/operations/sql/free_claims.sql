WITH claimed AS (SELECT duct_id, conductor_id FROM project_claim WHERE region_id = :region_id AND project_id = :id),
ducts AS (
  UPDATE duct d SET use = CASE WHEN EXISTS (SELECT FROM cable_run r WHERE r.region_id = :region_id AND r.section_id = d.section_id AND r.duct_id = d.id AND NOT r.is_planned)
                               THEN 'in_use' ELSE 'idle' END
  FROM claimed c WHERE d.region_id = :region_id AND d.id = c.duct_id AND d.use = 'reserved'
)
UPDATE conductor n SET use = 'idle' FROM claimed c WHERE n.region_id = :region_id AND n.id = c.conductor_id AND n.use = 'reserved'
