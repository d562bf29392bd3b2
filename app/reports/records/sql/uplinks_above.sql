-- The uplinks by which equipment outdoors leads on, one after the other, up to equipment that stands in a rack. Of several the first in service.
WITH RECURSIVE up (start_id, depth, circuit_id, equipment_id, way) AS (
    SELECT a.id, 0, NULL::bigint, a.id, ARRAY[]::bigint[] FROM unnest(CAST(:ids AS bigint[])) AS a (id)
    UNION ALL
    SELECT up.start_id, up.depth + 1, u.id, z.equipment_id, up.way || e.id
    FROM up
    JOIN equipment AS e ON e.region_id = :region_id AND e.id = up.equipment_id AND e.rack_id IS NULL
    CROSS JOIN LATERAL (
        SELECT x.id, x.z_port_id FROM port AS p
        JOIN circuit AS x ON x.region_id = :region_id AND x.a_port_id = p.id AND x.kind = 'uplink' AND x.life = 'in_service'
        WHERE p.region_id = :region_id AND p.equipment_id = e.id ORDER BY x.id LIMIT 1
    ) AS u
    LEFT JOIN port AS z ON z.region_id = :region_id AND z.id = u.z_port_id
    WHERE up.depth < 12 AND e.id <> ALL (up.way)
)
SELECT up.start_id, x.id AS circuit_id, x.code AS circuit_code, x.rate_mbit, x.a_port_id, ae.code || '/' || a.no AS a_code, am.kind AS a_model_kind,
       x.z_port_id, ze.code || '/' || z.no AS z_code, zm.kind AS z_model_kind, ze.id AS z_equipment_id
FROM up
JOIN circuit AS x ON x.region_id = :region_id AND x.id = up.circuit_id
JOIN port AS a ON a.region_id = :region_id AND a.id = x.a_port_id
JOIN equipment AS ae ON ae.region_id = :region_id AND ae.id = a.equipment_id
JOIN equipment_model AS am ON am.id = ae.model_id
LEFT JOIN port AS z ON z.region_id = :region_id AND z.id = x.z_port_id
LEFT JOIN equipment AS ze ON ze.region_id = :region_id AND ze.id = z.equipment_id
LEFT JOIN equipment_model AS zm ON zm.id = ze.model_id
ORDER BY up.start_id, up.depth
