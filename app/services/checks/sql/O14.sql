SELECT 'service' AS kind, s.id,
       CASE WHEN a.household_count = 0 THEN 'no household at ' || b.code || '/' || a.code ELSE b.code || '/' || a.code || ' not served for ' || s.product END AS found,
       'an address with households that is served' AS expected
FROM service s
JOIN address a ON a.region_id = :region_id AND a.id = s.address_id
JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
WHERE s.region_id = :region_id AND s.state IN ('active', 'suspended') AND s.product = ANY (CAST(:access_product AS text[]))
  AND (a.household_count = 0 OR NOT EXISTS (
    SELECT FROM serving v JOIN unnest(CAST(:access_product AS text[]), CAST(:access_technology AS text[])) AS x (product, technology) ON x.technology = v.technology
    WHERE v.region_id = :region_id AND v.address_id = s.address_id AND x.product = s.product))
