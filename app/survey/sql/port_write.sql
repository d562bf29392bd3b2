CREATE TEMP TABLE port_word ON COMMIT DROP AS
SELECT c.* FROM port_claim c JOIN r_port_state r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad WHERE c.dup_no = 1;

ANALYZE port_word;

INSERT INTO port (region_id, equipment_id, card_id, no, role, split_no, port_type, life, use, health, change_id)
SELECT :region, p.equipment_id, p.card_id, p.no, p.role, p.split_no, p.port_type, coalesce(w.life, p.life), coalesce(w.use, 'idle'), coalesce(w.health, 'ok'), :change
FROM new_port p LEFT JOIN port_word w ON w.equipment_id = p.equipment_id AND w.no = p.no;

CREATE TEMP TABLE port_change ON COMMIT DROP AS
SELECT p.id, w.source_no, w.row_no, w.equipment_id, coalesce(w.life, p.life) AS life, coalesce(w.use, p.use) AS use, coalesce(w.health, p.health) AS health
FROM port_word w JOIN port p ON p.region_id = :region AND p.equipment_id = w.equipment_id AND p.no = w.no
WHERE NOT w.is_new AND (p.life, p.use, p.health) IS DISTINCT FROM (coalesce(w.life, p.life), coalesce(w.use, p.use), coalesce(w.health, p.health));

-- What a circuit holds stays held, though a survey calls it idle: the field has to look again (I35).
INSERT INTO finding
SELECT w.source_no, w.row_no, 'I35', 'warning', 'use', r.full_key, 'idle: port ' || min(t.no) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END,
       'in use, as circuit ' || min(k.code) || ' says', 'kept as it is; check it in the field'
FROM port_change w JOIN r_port_state r ON r.source_no = w.source_no AND r.row_no = w.row_no JOIN port t ON t.region_id = :region AND t.id = w.id
     JOIN circuit_carrier c ON c.region_id = :region AND c.port_id = w.id JOIN circuit k ON k.region_id = :region AND k.id = c.circuit_id
WHERE w.use = 'idle' AND t.use IN ('in_use', 'reserved') GROUP BY w.source_no, w.row_no, r.full_key;

UPDATE port_change w SET use = t.use FROM circuit_carrier c JOIN port t ON t.region_id = :region AND t.id = c.port_id
WHERE w.use = 'idle' AND c.region_id = :region AND c.port_id = w.id AND t.id = w.id;

DELETE FROM port_change w USING port t WHERE t.region_id = :region AND t.id = w.id AND (t.life, t.use, t.health) = (w.life, w.use, w.health);

UPDATE port p SET life = w.life, use = w.use, health = w.health FROM port_change w WHERE p.region_id = :region AND p.id = w.id;

UPDATE r_port_state r SET is_changed = true FROM (SELECT source_no, row_no FROM port_change UNION SELECT source_no, row_no FROM port_word WHERE is_new) w
WHERE w.source_no = r.source_no AND w.row_no = r.row_no;

-- Idle ports follow their equipment's stage of life.
UPDATE port p SET life = t.life FROM r_equipment s JOIN equipment t ON t.region_id = :region AND t.id = s.id
WHERE s.is_changed AND p.region_id = :region AND p.equipment_id = t.id AND p.card_id IS NULL AND p.life <> t.life AND p.life <> 'retired' AND p.use IN ('idle', 'releasing');
