-- Circuits between network elements: length along the sheath of the working path, else that of the shortest section between the structures, else
-- straight from one to the other; null where one of them stands nobody knows where (a place no better than 10 km).
WITH sheath AS (
    SELECT h.circuit_id, sum(g.sheath_m) AS metres
    FROM circuit AS x
    JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.circuit_id = x.id AND h.path_no = 1
    JOIN conductor AS n ON n.region_id = :region_id AND n.id = h.conductor_id
    JOIN cable_segment AS g ON g.region_id = :region_id AND g.id = n.segment_id
    WHERE x.region_id = :region_id AND x.kind IN ('section', 'wavelength', 'uplink')
    GROUP BY h.circuit_id
)
SELECT x.id, x.code, pa.equipment_id AS tail, pz.equipment_id AS head,
       coalesce(w.metres, CASE WHEN greatest(ta.accuracy_m, tz.accuracy_m, 0) < 10000 THEN coalesce(
           (SELECT min(s.length_m) FROM section AS s
            WHERE s.region_id = :region_id AND s.a_structure_id IN (ta.id, tz.id) AND s.z_structure_id IN (ta.id, tz.id)),
           ST_Distance(ta.geom::geography, tz.geom::geography)) END) AS metres
FROM circuit AS x
JOIN port AS pa ON pa.region_id = :region_id AND pa.id = x.a_port_id
JOIN port AS pz ON pz.region_id = :region_id AND pz.id = x.z_port_id
JOIN equipment AS ea ON ea.region_id = :region_id AND ea.id = pa.equipment_id
JOIN equipment AS ez ON ez.region_id = :region_id AND ez.id = pz.equipment_id
JOIN structure AS ta ON ta.region_id = :region_id AND ta.id = ea.structure_id
JOIN structure AS tz ON tz.region_id = :region_id AND tz.id = ez.structure_id
LEFT JOIN sheath AS w ON w.circuit_id = x.id
WHERE x.region_id = :region_id AND x.kind IN ('section', 'wavelength', 'uplink') AND x.life IN ('in_service', 'built', 'pending_removal')
ORDER BY x.id
