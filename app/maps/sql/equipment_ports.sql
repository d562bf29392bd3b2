SELECT p.no, p.role, p.port_type, p.card_id, p.life, p.use, p.health, count(*) OVER () AS total
FROM port AS p
WHERE p.region_id = :region_id AND p.equipment_id = :id
ORDER BY length(p.no), p.no
LIMIT :limit
