INSERT INTO project_claim (region_id, project_id, seq, duct_id, conductor_id, rack_id, face, u_no)
VALUES (:region_id, :project_id, :seq, :duct_id, :conductor_id, :rack_id, :face, :u_no)
ON CONFLICT DO NOTHING
