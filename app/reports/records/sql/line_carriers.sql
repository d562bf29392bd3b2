-- The carriers of circuits in order, where no joints lead from end to end: leased lines over channels, ports alone. With the carriers of the
-- circuits that they ride; a tree has branches of others and is left out.
WITH RECURSIVE under AS (
    SELECT x.id FROM circuit AS x WHERE x.region_id = :region_id AND x.id = ANY(:ids)
    UNION
    SELECT l.id
    FROM under AS u
    CROSS JOIN LATERAL (
        SELECT x.id
        FROM circuit_carrier AS c
        JOIN circuit AS x ON x.region_id = :region_id AND x.id = c.lower_circuit_id AND x.topology <> 'tree'
        WHERE c.region_id = :region_id AND c.circuit_id = u.id
        OFFSET 0
    ) AS l
), t AS MATERIALIZED (
    SELECT c.*
    FROM under
    CROSS JOIN LATERAL (
        SELECT c.circuit_id, c.path_no, c.seq, c.channel_no, c.conductor_id, c.port_id, c.lower_circuit_id
        FROM circuit_carrier AS c WHERE c.region_id = :region_id AND c.circuit_id = under.id OFFSET 0
    ) AS c
    ORDER BY c.circuit_id, c.path_no, c.seq
    LIMIT 400
)
SELECT t.circuit_id, t.path_no, t.seq, t.channel_no,
       CASE WHEN t.conductor_id IS NOT NULL THEN 'conductor' WHEN t.port_id IS NOT NULL THEN 'port' ELSE 'circuit' END AS thing_kind,
       coalesce(t.conductor_id, t.port_id, t.lower_circuit_id) AS thing_id,
       coalesce(k.code || '/' || c.code || ':' || n.no, e.code || '/' || p.no, l.code) AS thing_code,
       c.id AS segment_id, c.medium, c.sheath_m, e.id AS equipment_id, p.role, m.kind AS model_kind, l.kind AS circuit_kind
FROM t
LEFT JOIN conductor AS n ON n.region_id = :region_id AND n.id = t.conductor_id
LEFT JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = n.segment_id
LEFT JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN port AS p ON p.region_id = :region_id AND p.id = t.port_id
LEFT JOIN equipment AS e ON e.region_id = :region_id AND e.id = p.equipment_id
LEFT JOIN equipment_model AS m ON m.id = e.model_id
LEFT JOIN circuit AS l ON l.region_id = :region_id AND l.id = t.lower_circuit_id
ORDER BY t.circuit_id, t.path_no, t.seq
