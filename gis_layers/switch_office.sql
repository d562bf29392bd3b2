SELECT o.id,
       o.role,
       o.code,
       ST_AsMVTGeom(s.geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 32, true) AS geom
FROM switch_office AS o
JOIN equipment AS e ON e.region_id = :region_id AND e.id = o.equipment_id
JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
WHERE o.region_id = :region_id
  AND s.geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)
