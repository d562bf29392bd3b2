-- A circuit is drawn straight between the structures of its two ends, or as a point where it has one.
SELECT x.id, x.code, x.name_zh, x.kind, x.rate, x.rate_mbit, x.peak_mbit, x.channel_count, x.protection, x.life, x.use, x.health, x.change_id,
       a.id AS a_id, a.code AS a_code, z.id AS z_id, z.code AS z_code,
       ST_AsGeoJSON(l.geom, 7) AS geometry, ST_X(ST_PointOnSurface(l.geom)) AS lon, ST_Y(ST_PointOnSurface(l.geom)) AS lat
FROM circuit AS x
LEFT JOIN port AS ap ON ap.region_id = :region_id AND ap.id = x.a_port_id
LEFT JOIN equipment AS a ON a.region_id = :region_id AND a.id = ap.equipment_id
LEFT JOIN structure AS sa ON sa.region_id = :region_id AND sa.id = a.structure_id
LEFT JOIN port AS zp ON zp.region_id = :region_id AND zp.id = x.z_port_id
LEFT JOIN equipment AS z ON z.region_id = :region_id AND z.id = zp.equipment_id
LEFT JOIN structure AS sz ON sz.region_id = :region_id AND sz.id = z.structure_id
CROSS JOIN LATERAL (SELECT CASE WHEN sa.id <> sz.id THEN ST_MakeLine(sa.geom, sz.geom) ELSE coalesce(sa.geom, sz.geom) END AS geom) AS l
WHERE x.region_id = :region_id AND x.id = :id
