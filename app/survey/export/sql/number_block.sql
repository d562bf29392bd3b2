SELECT t.code, [switch_office t.office_id] AS office, t.number_count FROM number_block t WHERE t.region_id = :region ORDER BY t.code_key
