SELECT id, CASE routing_table WHEN 'public' THEN '' ELSE routing_table || ' ' END || prefix FROM ip_prefix WHERE region_id = :region_id AND id = ANY(:ids)
