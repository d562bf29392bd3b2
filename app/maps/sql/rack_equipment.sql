SELECT e.id, e.code, m.kind, m.code AS model, e.life, e.health, n.face, min(n.u_no) AS first_u, max(n.u_no) AS last_u, count(*) OVER () AS total
FROM rack_unit AS n
JOIN equipment AS e ON e.region_id = :region_id AND e.id = n.equipment_id
JOIN equipment_model AS m ON m.id = e.model_id
WHERE n.region_id = :region_id AND n.rack_id = :id
GROUP BY e.region_id, e.id, m.id, n.face
ORDER BY max(n.u_no) DESC, n.face
LIMIT :limit
