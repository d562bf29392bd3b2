SELECT 'service' AS kind, h.service_id AS id, 'numbers ' || string_agg(n.digits, ', ' ORDER BY n.digits) AS found, 'one number' AS expected
FROM service_resource h JOIN number n ON n.region_id = :region_id AND n.id = h.number_id
WHERE h.region_id = :region_id AND h.ended_on IS NULL
GROUP BY h.service_id HAVING count(*) > 1
UNION ALL
SELECT 'service', s.id, 'ended on ' || s.ended_on || ' and holds ' || count(*) || ' things', 'nothing held'
FROM service s JOIN service_resource h ON h.region_id = :region_id AND h.service_id = s.id AND h.ended_on IS NULL
WHERE s.region_id = :region_id AND s.state = 'terminated'
GROUP BY s.id, s.ended_on
