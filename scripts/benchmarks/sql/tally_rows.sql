-- A county of 16 towns with 400 communities; of 100 pieces of equipment 89 are LAN switches, 4 access gateways, 3 DSLAMs and 4 OLTs.
INSERT INTO grid (region_id, code, level, name_zh, geom, change_id)
SELECT :region, '421022', 1, '县', ST_Multi(ST_MakeEnvelope(111.8, 29.6, 112.4, 30.2, 4490)), :change;

INSERT INTO grid (region_id, code, level, parent_id, name_zh, geom, change_id)
SELECT :region, '421022' || 100 + n, 2, c.id, '镇' || n, ST_Multi(ST_MakeEnvelope(111.8 + 0.0375 * n, 29.6, 111.8375 + 0.0375 * n, 30.2, 4490)), :change
FROM generate_series(0, 15) n, grid c WHERE c.region_id = :region AND c.level = 1;

INSERT INTO grid (region_id, code, level, parent_id, name_zh, geom, change_id)
SELECT :region, t.code || 200 + n, 3, t.id, '村' || n,
       ST_Multi(ST_MakeEnvelope(ST_XMin(t.geom), 29.6 + 0.024 * n, ST_XMax(t.geom), 29.624 + 0.024 * n, 4490)), :change
FROM generate_series(0, 24) n, grid t WHERE t.region_id = :region AND t.level = 2;

CREATE TEMP TABLE community ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY md5(code)) - 1 AS no, id, ST_Centroid(geom) AS geom FROM grid WHERE region_id = :region AND level = 3;

-- Small communities hold little, the centre much: the square root of a random number is crowded near 1.
INSERT INTO structure (region_id, code, kind, grid_id, geom, change_id)
SELECT :region, 'S-' || n, CASE WHEN n % 5 = 0 THEN 'building' ELSE 'handhole' END, c.id, c.geom, :change
FROM generate_series(1, 5 * :equipment) n JOIN community c ON c.no = floor(400 * sqrt(((n * 7919) % 10007) / 10007.0));

ANALYZE structure;

INSERT INTO equipment (region_id, code, model_id, structure_id, change_id)
SELECT :region, 'E-' || n, m.id, s.id, :change
FROM generate_series(1, :equipment) n
JOIN equipment_model m ON m.code = CASE WHEN n % 100 < 89 THEN 'LAN-24' WHEN n % 100 < 93 THEN 'AG-16' WHEN n % 100 < 96 THEN 'DSLAM-16' ELSE 'OLT-16' END
JOIN structure s ON s.region_id = :region AND s.code = 'S-' || 5 * n;

INSERT INTO port (region_id, equipment_id, no, role, port_type, life, use, health, change_id)
SELECT :region, e.id, p, 'plain', k.port_type,
       CASE WHEN hash < 30 THEN 'planned' WHEN hash < 40 THEN 'built' ELSE 'in_service' END,
       CASE WHEN hash < 40 THEN 'idle' WHEN hash < 370 THEN 'in_use' WHEN hash < 395 THEN 'reserved' WHEN hash < 400 THEN 'releasing' ELSE 'idle' END,
       CASE WHEN hash BETWEEN 400 AND 410 THEN 'faulty' ELSE 'ok' END, :change
FROM equipment e JOIN equipment_model m ON m.id = e.model_id
JOIN (VALUES ('LAN-24', 24, 'lan'), ('AG-16', 800, 'pots'), ('DSLAM-16', 672, 'adsl'), ('OLT-16', 210, 'pon')) k (code, ports, port_type) ON k.code = m.code
CROSS JOIN generate_series(1, k.ports) p
CROSS JOIN LATERAL (SELECT abs(hashint8(e.id * 1000 + p)::bigint) % 1000 AS hash) h
WHERE e.region_id = :region
