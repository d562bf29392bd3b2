-- The line of a service is called after it; a second line of the same service gets the number of its circuit behind.
UPDATE circuit c
SET code = 'AC-' || s.code || CASE WHEN EXISTS (SELECT FROM circuit o WHERE o.region_id = :region_id AND o.code_key = upper(btrim(normalize('AC-' || s.code, NFKC))))
                                   THEN '.' || c.id ELSE '' END
FROM service s
WHERE c.region_id = :region_id AND c.id = :id AND s.region_id = :region_id AND s.id = :service_id
