INSERT INTO card (region_id, id, equipment_id, slot_no, model_id, serial_no, life, health, use, change_id)
SELECT :region, r.id, r.equipment_id, r.slot_no, r.model_id, r.serial_no, coalesce(r.life, r.equipment_life), coalesce(r.health, 'ok'), 'idle', :change
FROM r_card r WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1;

UPDATE r_card x SET is_changed = true FROM r_card r JOIN card t ON t.region_id = :region AND t.id = r.known_id
WHERE x.source_no = r.source_no AND x.row_no = r.row_no AND NOT r.bad AND r.dup_no = 1
  AND (t.serial_no, t.life, t.health) IS DISTINCT FROM (coalesce(r.serial_no, t.serial_no), coalesce(r.life, t.life), coalesce(r.health, t.health));

UPDATE card t SET serial_no = coalesce(r.serial_no, t.serial_no), life = coalesce(r.life, t.life), health = coalesce(r.health, t.health)
FROM r_card r WHERE t.region_id = :region AND t.id = r.known_id AND r.is_changed;

CREATE TEMP TABLE new_port ON COMMIT DROP AS
SELECT r.id AS equipment_id, NULL::bigint AS card_id, p.no, p.role, p.split_no, p.port_type, coalesce(r.life, 'in_service') AS life
FROM r_equipment r JOIN model_port p ON p.model_id = r.model_id WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1
UNION ALL
SELECT r.equipment_id, r.id, r.slot_no || '/' || p.no, p.role, p.split_no, p.port_type, coalesce(r.life, r.equipment_life)
FROM r_card r JOIN model_port p ON p.model_id = r.model_id WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1;

ANALYZE new_port;
