SELECT t.code, t.medium, t.name_zh, t.life, t.health, t.built_on FROM cable t WHERE t.region_id = :region ORDER BY t.code_key
