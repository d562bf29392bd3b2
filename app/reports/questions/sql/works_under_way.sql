-- Plant that is planned, designed, building, or built and not in service yet; by what an area meets, or by the community of its structure.
WITH area AS (SELECT ST_SetSRID(ST_GeomFromGeoJSON(CAST(:area AS text)), 4490) AS geom),
works AS (
  SELECT 'structure' AS kind, s.id, s.code, s.life, s.project_id, s.name_zh, s.grid_id, s.geom, NULL::float AS metres
  FROM structure s WHERE s.region_id = :region_id AND s.life IN ('planned', 'designed', 'building', 'built')
  UNION ALL
  SELECT 'section', x.id, x.code, x.life, x.project_id, x.name_zh, a.grid_id, x.geom, x.length_m
  FROM section x JOIN structure a ON a.region_id = :region_id AND a.id = x.a_structure_id
  WHERE x.region_id = :region_id AND x.life IN ('planned', 'designed', 'building', 'built')
  UNION ALL
  SELECT 'segment', g.id, c.code || '/' || g.code, g.life, g.project_id, g.name_zh, a.grid_id, l.geom, g.sheath_m
  FROM cable_segment g
  JOIN cable c ON c.region_id = :region_id AND c.id = g.cable_id
  JOIN structure a ON a.region_id = :region_id AND a.id = g.a_structure_id
  LEFT JOIN segment_line l ON l.region_id = :region_id AND l.segment_id = g.id
  WHERE g.region_id = :region_id AND g.life IN ('planned', 'designed', 'building', 'built')
  UNION ALL
  SELECT 'equipment', e.id, e.code, e.life, e.project_id, e.name_zh, s.grid_id, s.geom, NULL
  FROM equipment e JOIN structure s ON s.region_id = :region_id AND s.id = e.structure_id
  WHERE e.region_id = :region_id AND e.life IN ('planned', 'designed', 'building', 'built')
)
SELECT w.kind, w.id, w.code, w.life, p.code AS project, coalesce(w.name_zh, p.name_zh) AS name_zh, w.metres
FROM works w
CROSS JOIN area
LEFT JOIN project p ON p.region_id = :region_id AND p.id = w.project_id
WHERE (area.geom IS NULL OR ST_Intersects(w.geom, area.geom)) AND (CAST(:grids AS bigint[]) IS NULL OR w.grid_id = ANY(:grids))
ORDER BY w.kind, w.code
