WITH every AS (
    SELECT t.path_no * 100000 + t.seq AS key, count(*) OVER () AS total, t.path_no, t.seq, t.conductor_id, t.port_id, t.lower_circuit_id, t.channel_no
    FROM circuit_carrier AS t
    WHERE t.region_id = :region_id AND t.circuit_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, g.path_no, g.seq,
       CASE WHEN g.conductor_id IS NOT NULL THEN 'conductor' WHEN g.port_id IS NOT NULL THEN 'port' ELSE 'circuit' END AS kind,
       coalesce(g.conductor_id, g.port_id, g.lower_circuit_id) AS id,
       coalesce(k.code || '/' || c.code || ':' || n.no, e.code || '/' || p.no, l.code) AS code, c.sheath_m, p.role, g.channel_no, g.lower_circuit_id
FROM g
LEFT JOIN conductor AS n ON n.region_id = :region_id AND n.id = g.conductor_id
LEFT JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = n.segment_id
LEFT JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN port AS p ON p.region_id = :region_id AND p.id = g.port_id
LEFT JOIN equipment AS e ON e.region_id = :region_id AND e.id = p.equipment_id
LEFT JOIN circuit AS l ON l.region_id = :region_id AND l.id = g.lower_circuit_id
ORDER BY g.key
