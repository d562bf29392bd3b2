CREATE TEMP TABLE conductor_word ON COMMIT DROP AS
SELECT c.segment_id, c.no, c.life, c.use, c.health, c.source_no, c.row_no FROM conductor_claim c
JOIN r_conductor_state r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad WHERE c.dup_no = 1;

ANALYZE conductor_word;

INSERT INTO conductor (region_id, segment_id, no, life, use, health, change_id)
SELECT :region, s.id, n.no, coalesce(w.life, s.life, 'in_service'), coalesce(w.use, 'idle'), coalesce(w.health, 'ok'), :change
FROM r_segment s CROSS JOIN LATERAL generate_series(1, s.model_count) n(no) LEFT JOIN conductor_word w ON w.segment_id = s.id AND w.no = n.no
WHERE s.known_id IS NULL AND NOT s.bad AND s.dup_no = 1;

-- Strands of segments that were there before: a word that differs is a change.
CREATE TEMP TABLE conductor_change ON COMMIT DROP AS
SELECT c.id, w.source_no, w.row_no, w.segment_id, coalesce(w.life, c.life) AS life, coalesce(w.use, c.use) AS use, coalesce(w.health, c.health) AS health
FROM conductor_word w JOIN conductor c ON c.region_id = :region AND c.segment_id = w.segment_id AND c.no = w.no
WHERE (c.life, c.use, c.health) IS DISTINCT FROM (coalesce(w.life, c.life), coalesce(w.use, c.use), coalesce(w.health, c.health));

-- What a circuit holds stays held, though a survey calls it idle: the field has to look again (I35).
INSERT INTO finding
SELECT w.source_no, w.row_no, 'I35', 'warning', 'use', r.full_key, 'idle: number ' || min(t.no) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END,
       'in use, as circuit ' || min(k.code) || ' says', 'kept as it is; check it in the field'
FROM conductor_change w JOIN r_conductor_state r ON r.source_no = w.source_no AND r.row_no = w.row_no JOIN conductor t ON t.region_id = :region AND t.id = w.id
     JOIN circuit_carrier c ON c.region_id = :region AND c.conductor_id = w.id JOIN circuit k ON k.region_id = :region AND k.id = c.circuit_id
WHERE w.use = 'idle' AND t.use IN ('in_use', 'reserved') GROUP BY w.source_no, w.row_no, r.full_key;

UPDATE conductor_change w SET use = t.use FROM circuit_carrier c JOIN conductor t ON t.region_id = :region AND t.id = c.conductor_id
WHERE w.use = 'idle' AND c.region_id = :region AND c.conductor_id = w.id AND t.id = w.id;

DELETE FROM conductor_change w USING conductor t WHERE t.region_id = :region AND t.id = w.id AND (t.life, t.use, t.health) = (w.life, w.use, w.health);

UPDATE conductor c SET life = w.life, use = w.use, health = w.health FROM conductor_change w WHERE c.region_id = :region AND c.id = w.id;

UPDATE r_conductor_state r SET is_changed = true FROM conductor_change w WHERE w.source_no = r.source_no AND w.row_no = r.row_no;

UPDATE r_conductor_state r SET is_changed = true FROM r_segment s WHERE s.id = r.segment_id AND s.known_id IS NULL AND NOT r.bad;

-- Idle strands follow their segment's stage of life.
UPDATE conductor c SET life = t.life FROM r_segment s JOIN cable_segment t ON t.region_id = :region AND t.id = s.id
WHERE s.is_changed AND c.region_id = :region AND c.segment_id = t.id AND c.life <> t.life AND c.life <> 'retired' AND c.use IN ('idle', 'releasing');
