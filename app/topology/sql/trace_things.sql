-- What a trace passes, told in full: strands and pairs with their segment and its route, ports with their equipment, and the
-- equipment in which joints lie. Ports of a splitter tell their group and its outputs; the outputs in use of splitters that the way enters
-- are told too, since a customer's drop may leave without a joint. OFFSET 0 makes each a look-up by key: the planner
-- would read whole tables for what it takes for many.
SELECT 'conductor' AS kind, n.id, k.code || '/' || g.code || ':' || n.no AS code, n.no::text AS no, n.life, n.use, n.health, g.medium AS role,
       NULL::text AS type, g.id AS owner_id, k.code || '/' || g.code AS owner_code, NULL::text AS model_kind,
       CASE WHEN g.life <> 'in_service' THEN g.life ELSE k.life END AS owner_life, CASE WHEN g.health <> 'ok' THEN g.health ELSE k.health END AS owner_health,
       NULL::int AS split_no, NULL::bigint AS output_count, g.tube_size, g.conductor_count, g.sheath_m, g.helix_ratio, coalesce(g.index_n, m.index_n) AS index_n, m.code AS model,
       r.metres AS route_m, a.code AS place, ST_X(a.geom) AS lon, ST_Y(a.geom) AS lat, z.code AS far_place, ST_X(z.geom) AS far_lon, ST_Y(z.geom) AS far_lat,
       NULL::text AS room, ST_AsGeoJSON(l.geom, 7) AS line
FROM unnest(CAST(:conductors AS bigint[])) AS wanted (id)
CROSS JOIN LATERAL (SELECT * FROM conductor WHERE region_id = :region_id AND id = wanted.id OFFSET 0) n
CROSS JOIN LATERAL (SELECT * FROM cable_segment WHERE region_id = :region_id AND id = n.segment_id OFFSET 0) g
CROSS JOIN LATERAL (SELECT * FROM cable WHERE region_id = :region_id AND id = g.cable_id OFFSET 0) k
CROSS JOIN LATERAL (SELECT * FROM structure WHERE region_id = :region_id AND id = g.a_structure_id OFFSET 0) a
CROSS JOIN LATERAL (SELECT * FROM structure WHERE region_id = :region_id AND id = g.z_structure_id OFFSET 0) z
LEFT JOIN equipment_model m ON m.id = g.model_id
LEFT JOIN segment_line l ON :with_lines AND l.region_id = :region_id AND l.segment_id = g.id
CROSS JOIN LATERAL (
  SELECT sum(s.length_m) AS metres FROM cable_run c
  CROSS JOIN LATERAL (SELECT length_m FROM section WHERE region_id = :region_id AND id = c.section_id OFFSET 0) s
  WHERE c.region_id = :region_id AND c.segment_id = g.id
) r
UNION ALL
SELECT 'port', p.id, e.code || '/' || p.no, p.no, p.life, p.use, p.health, p.role,
       p.port_type, e.id, e.code, m.kind,
       e.life, e.health,
       p.split_no, CASE WHEN p.split_no IS NOT NULL THEN (
         SELECT count(*) FROM port o
         WHERE o.region_id = :region_id AND o.equipment_id = p.equipment_id AND o.split_no = p.split_no AND o.role = 'split_out') END,
       NULL, NULL, NULL, NULL, NULL, m.code, NULL, t.code, ST_X(t.geom), ST_Y(t.geom), NULL, NULL, NULL,
       held.code, NULL
FROM (
  SELECT unnest(CAST(:ports AS bigint[])) AS id
  UNION
  SELECT o.id FROM unnest(CAST(:inputs AS bigint[])) AS i (id)
  CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = i.id AND role = 'split_in' OFFSET 0) p
  CROSS JOIN LATERAL (
    SELECT id FROM port
    WHERE region_id = :region_id AND equipment_id = p.equipment_id AND split_no = p.split_no AND role = 'split_out' AND use <> 'idle' OFFSET 0
  ) o
) wanted
CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = wanted.id OFFSET 0) p
CROSS JOIN LATERAL (SELECT * FROM equipment WHERE region_id = :region_id AND id = p.equipment_id OFFSET 0) e
JOIN equipment_model m ON m.id = e.model_id
CROSS JOIN LATERAL (SELECT * FROM structure WHERE region_id = :region_id AND id = e.structure_id OFFSET 0) t
LEFT JOIN LATERAL (
  SELECT i.code || '/' || o.code || '/' || c.code AS code FROM rack c
  JOIN room o ON o.region_id = :region_id AND o.id = c.room_id
  JOIN site i ON i.region_id = :region_id AND i.id = o.site_id
  WHERE c.region_id = :region_id AND c.id = e.rack_id OFFSET 0
) held ON true
UNION ALL
SELECT 'equipment', e.id, e.code, NULL, e.life, NULL, e.health, NULL, NULL, e.id, e.code, m.kind, e.life, e.health, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, m.code, NULL, t.code, ST_X(t.geom), ST_Y(t.geom), NULL, NULL, NULL, NULL, NULL
FROM unnest(CAST(:equipment AS bigint[])) AS wanted (id)
CROSS JOIN LATERAL (SELECT * FROM equipment WHERE region_id = :region_id AND id = wanted.id OFFSET 0) e
JOIN equipment_model m ON m.id = e.model_id
CROSS JOIN LATERAL (SELECT * FROM structure WHERE region_id = :region_id AND id = e.structure_id OFFSET 0) t
