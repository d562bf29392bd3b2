SELECT p.code FROM project_claim c JOIN project p ON p.region_id = :region_id AND p.id = c.project_id
WHERE c.region_id = :region_id AND (c.duct_id = CAST(:duct_id AS bigint) OR c.conductor_id = CAST(:conductor_id AS bigint)
  OR (c.rack_id, c.face, c.u_no) = (CAST(:rack_id AS bigint), CAST(:face AS text), CAST(:u_no AS smallint)))
LIMIT 1
