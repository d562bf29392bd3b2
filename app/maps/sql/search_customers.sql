-- Customers by name, for people who may see names.
SELECT c.id, c.code, c.name
FROM customer AS c
WHERE {inside} c.region_id = :region_id AND c.name ILIKE :name_part
ORDER BY length(c.name), c.code
LIMIT :limit
