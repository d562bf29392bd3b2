WITH every AS (
    SELECT r.id AS key, count(*) OVER () AS total, r.circuit_id, r.number_id, r.vlan_id, r.prefix_id, r.started_on, r.ended_on
    FROM service_resource AS r
    WHERE r.region_id = :region_id AND r.service_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, CASE WHEN g.circuit_id IS NOT NULL THEN 'circuit' WHEN g.number_id IS NOT NULL THEN 'number'
            WHEN g.vlan_id IS NOT NULL THEN 'vlan' ELSE 'ip_prefix' END AS kind,
       coalesce(g.circuit_id, g.number_id, g.vlan_id, g.prefix_id) AS id,
       coalesce(x.code, n.digits, e.code || ':' || concat_ws('.', v.s_vlan, v.c_vlan), p.prefix::text) AS code, g.started_on, g.ended_on
FROM g
LEFT JOIN circuit AS x ON x.region_id = :region_id AND x.id = g.circuit_id
LEFT JOIN number AS n ON n.region_id = :region_id AND n.id = g.number_id
LEFT JOIN vlan AS v ON v.region_id = :region_id AND v.id = g.vlan_id
LEFT JOIN equipment AS e ON e.region_id = :region_id AND e.id = v.gateway_equipment_id
LEFT JOIN ip_prefix AS p ON p.region_id = :region_id AND p.id = g.prefix_id
ORDER BY g.key
