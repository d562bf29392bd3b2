-- A page of the ports of equipment, or of one card: each with what is joined to its back and front and who uses it. A splitter's face and a
-- line port's socket count as front.
WITH every AS (
    SELECT p.id AS key, count(*) OVER () AS total, p.no, p.role, p.port_type, p.life, p.use, p.health
    FROM port AS p
    WHERE p.region_id = :region_id AND p.equipment_id = :id AND (CAST(:card_id AS bigint) IS NULL OR p.card_id = :card_id)
), g AS MATERIALIZED (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'port' AS kind, g.key AS id, g.no, o.code || '/' || g.no AS code, g.role, g.port_type, g.life, g.use, g.health,
       CASE WHEN bj.mate_key IS NULL THEN NULL WHEN bj.mate_key & 7 < 4 THEN 'conductor' ELSE 'port' END AS back_kind, bj.mate_key >> 3 AS back_id,
       coalesce(bc.code || '/' || bg.code || ':' || bn.no, be.code || '/' || bp.no) AS back_code,
       CASE WHEN fj.mate_key IS NULL THEN NULL WHEN fj.mate_key & 7 < 4 THEN 'conductor' ELSE 'port' END AS front_kind, fj.mate_key >> 3 AS front_id,
       coalesce(fc.code || '/' || fg.code || ':' || fn.no, fe.code || '/' || fp.no) AS front_code,
       x.id AS circuit_id, x.code AS circuit_code, v.id AS service_id, v.code AS service_code, u.id AS customer_id, u.code AS customer_code, u.name, nullif(riding.count, 0) AS riders
FROM g
JOIN equipment AS o ON o.region_id = :region_id AND o.id = :id
LEFT JOIN joint_end AS bj ON bj.region_id = :region_id AND bj.end_key = CASE WHEN g.role = 'panel' THEN g.key * 8 + 4 END
LEFT JOIN joint_end AS fj ON fj.region_id = :region_id AND fj.end_key = g.key * 8 + CASE g.role WHEN 'split_in' THEN 6 WHEN 'split_out' THEN 7 ELSE 5 END
LEFT JOIN conductor AS bn ON bn.region_id = :region_id AND bn.id = CASE WHEN bj.mate_key & 7 < 4 THEN bj.mate_key >> 3 END
LEFT JOIN cable_segment AS bg ON bg.region_id = :region_id AND bg.id = bn.segment_id
LEFT JOIN cable AS bc ON bc.region_id = :region_id AND bc.id = bg.cable_id
LEFT JOIN port AS bp ON bp.region_id = :region_id AND bp.id = CASE WHEN bj.mate_key & 7 >= 4 THEN bj.mate_key >> 3 END
LEFT JOIN equipment AS be ON be.region_id = :region_id AND be.id = bp.equipment_id
LEFT JOIN conductor AS fn ON fn.region_id = :region_id AND fn.id = CASE WHEN fj.mate_key & 7 < 4 THEN fj.mate_key >> 3 END
LEFT JOIN cable_segment AS fg ON fg.region_id = :region_id AND fg.id = fn.segment_id
LEFT JOIN cable AS fc ON fc.region_id = :region_id AND fc.id = fg.cable_id
LEFT JOIN port AS fp ON fp.region_id = :region_id AND fp.id = CASE WHEN fj.mate_key & 7 >= 4 THEN fj.mate_key >> 3 END
LEFT JOIN equipment AS fe ON fe.region_id = :region_id AND fe.id = fp.equipment_id
LEFT JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.port_id = g.key
LEFT JOIN circuit AS x ON x.region_id = :region_id AND x.id = h.circuit_id
LEFT JOIN service_resource AS r ON r.region_id = :region_id AND r.circuit_id = x.id AND r.ended_on IS NULL
LEFT JOIN service AS v ON v.region_id = :region_id AND v.id = r.service_id
LEFT JOIN customer AS u ON u.region_id = :region_id AND u.id = v.customer_id
LEFT JOIN LATERAL (SELECT count(*) AS count FROM circuit_carrier AS y WHERE x.channel_count > 1 AND y.region_id = :region_id AND y.lower_circuit_id = x.id) AS riding ON true
ORDER BY g.key
