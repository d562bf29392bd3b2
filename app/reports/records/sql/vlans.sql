WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total
    FROM vlan AS t
    WHERE t.region_id = :region_id AND t.gateway_equipment_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'vlan' AS kind, g.key AS id, e.code || ':' || concat_ws('.', t.s_vlan, t.c_vlan) AS code, t.purpose, t.use,
       s.id AS service_id, s.code AS service_code
FROM g
JOIN vlan AS t ON t.region_id = :region_id AND t.id = g.key
JOIN equipment AS e ON e.region_id = :region_id AND e.id = t.gateway_equipment_id
LEFT JOIN service_resource AS r ON r.region_id = :region_id AND r.vlan_id = t.id AND r.ended_on IS NULL
LEFT JOIN service AS s ON s.region_id = :region_id AND s.id = r.service_id
ORDER BY g.key
