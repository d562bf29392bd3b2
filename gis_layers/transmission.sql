-- Circuits have no ground of their own: they are drawn straight between the structures of their two ends.
SELECT x.id,
       x.kind,
       (10000 * t.held / nullif(t.installed, 0))::int AS occupancy,
       nullif(x.life IN ('planned', 'designed', 'building'), false) AS planned,
       ST_AsMVTGeom(l.geom, ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS geom
FROM circuit AS x
JOIN port AS ap ON ap.region_id = :region_id AND ap.id = x.a_port_id
JOIN equipment AS ae ON ae.region_id = :region_id AND ae.id = ap.equipment_id
JOIN structure AS a ON a.region_id = :region_id AND a.id = ae.structure_id
JOIN port AS zp ON zp.region_id = :region_id AND zp.id = x.z_port_id
JOIN equipment AS ze ON ze.region_id = :region_id AND ze.id = zp.equipment_id
JOIN structure AS z ON z.region_id = :region_id AND z.id = ze.structure_id
CROSS JOIN LATERAL (SELECT ST_MakeLine(a.geom_3857, z.geom_3857) AS geom) AS l
CROSS JOIN LATERAL (
    SELECT sum(y.installed) AS installed, sum(y.in_use + y.reserved) AS held
    FROM tally AS y
    WHERE y.region_id = :region_id AND y.kind = 'channel' AND y.owner_id = x.id
) AS t
WHERE x.region_id = :region_id
  AND x.kind IN ('section', 'wavelength')
  AND x.life <> 'retired'
  AND a.id <> z.id
  AND l.geom && ST_TileEnvelope(:z, :x, :y)
