{reservation_rows}
WHERE r.region_id = :region_id AND r.code_key = upper(btrim(:code))
