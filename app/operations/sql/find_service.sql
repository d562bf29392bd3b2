-- A service by code, locked, with the open order that works on it and what it holds.
SELECT s.id, s.code, s.product, s.state, s.rate_mbit, s.customer_id, s.address_id,
       (SELECT o.code FROM work_order o WHERE o.region_id = :region_id AND o.service_id = s.id AND o.ended_at IS NULL) AS order_code
FROM service s
WHERE s.region_id = :region_id AND s.code_key = upper(btrim(normalize(CAST(:code AS text), NFKC)))
FOR NO KEY UPDATE OF s
