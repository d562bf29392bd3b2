-- A page of the strands or pairs of a segment: each with what is joined to its A and Z end and who uses it.
WITH every AS (
    SELECT n.id AS key, count(*) OVER () AS total, n.no, n.life, n.use, n.health
    FROM conductor AS n
    WHERE n.region_id = :region_id AND n.segment_id = :id
), g AS MATERIALIZED (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'conductor' AS kind, g.key AS id, g.no, k.code || '/' || s.code || ':' || g.no AS code, g.life, g.use, g.health,
       CASE WHEN aj.mate_key IS NULL THEN NULL WHEN aj.mate_key & 7 < 4 THEN 'conductor' ELSE 'port' END AS a_kind, aj.mate_key >> 3 AS a_id,
       coalesce(ac.code || '/' || ag.code || ':' || an.no, ae.code || '/' || ap.no) AS a_code,
       CASE WHEN zj.mate_key IS NULL THEN NULL WHEN zj.mate_key & 7 < 4 THEN 'conductor' ELSE 'port' END AS z_kind, zj.mate_key >> 3 AS z_id,
       coalesce(zc.code || '/' || zg.code || ':' || zn.no, ze.code || '/' || zp.no) AS z_code,
       x.id AS circuit_id, x.code AS circuit_code, v.id AS service_id, v.code AS service_code, u.id AS customer_id, u.code AS customer_code, u.name, nullif(riding.count, 0) AS riders
FROM g
JOIN cable_segment AS s ON s.region_id = :region_id AND s.id = :id
JOIN cable AS k ON k.region_id = :region_id AND k.id = s.cable_id
LEFT JOIN joint_end AS aj ON aj.region_id = :region_id AND aj.end_key = g.key * 8
LEFT JOIN joint_end AS zj ON zj.region_id = :region_id AND zj.end_key = g.key * 8 + 1
LEFT JOIN conductor AS an ON an.region_id = :region_id AND an.id = CASE WHEN aj.mate_key & 7 < 4 THEN aj.mate_key >> 3 END
LEFT JOIN cable_segment AS ag ON ag.region_id = :region_id AND ag.id = an.segment_id
LEFT JOIN cable AS ac ON ac.region_id = :region_id AND ac.id = ag.cable_id
LEFT JOIN port AS ap ON ap.region_id = :region_id AND ap.id = CASE WHEN aj.mate_key & 7 >= 4 THEN aj.mate_key >> 3 END
LEFT JOIN equipment AS ae ON ae.region_id = :region_id AND ae.id = ap.equipment_id
LEFT JOIN conductor AS zn ON zn.region_id = :region_id AND zn.id = CASE WHEN zj.mate_key & 7 < 4 THEN zj.mate_key >> 3 END
LEFT JOIN cable_segment AS zg ON zg.region_id = :region_id AND zg.id = zn.segment_id
LEFT JOIN cable AS zc ON zc.region_id = :region_id AND zc.id = zg.cable_id
LEFT JOIN port AS zp ON zp.region_id = :region_id AND zp.id = CASE WHEN zj.mate_key & 7 >= 4 THEN zj.mate_key >> 3 END
LEFT JOIN equipment AS ze ON ze.region_id = :region_id AND ze.id = zp.equipment_id
LEFT JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.conductor_id = g.key
LEFT JOIN circuit AS x ON x.region_id = :region_id AND x.id = h.circuit_id
LEFT JOIN service_resource AS r ON r.region_id = :region_id AND r.circuit_id = x.id AND r.ended_on IS NULL
LEFT JOIN service AS v ON v.region_id = :region_id AND v.id = r.service_id
LEFT JOIN customer AS u ON u.region_id = :region_id AND u.id = v.customer_id
LEFT JOIN LATERAL (SELECT count(*) AS count FROM circuit_carrier AS y WHERE x.channel_count > 1 AND y.region_id = :region_id AND y.lower_circuit_id = x.id) AS riding ON true
ORDER BY g.key
