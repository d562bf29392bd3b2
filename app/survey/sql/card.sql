INSERT INTO finding
SELECT source_no, row_no, 'MODEL_MISSING', 'error', 'model', full_key, model, 'a card model of the catalogue', 'correct the model, or add it: flask catalogue load'
FROM r_card WHERE NOT bad AND model IS NOT NULL AND model_id IS NULL;

INSERT INTO finding
SELECT r.source_no, r.row_no, 'K17', 'error', 'slot_no', r.full_key, 'slot ' || r.slot_no, 'a slot of the equipment''s model', 'correct the slot or the equipment'
FROM r_card r JOIN equipment e ON e.region_id = :region AND e.id = r.equipment_id
WHERE NOT r.bad AND NOT EXISTS (SELECT 1 FROM model_slot m WHERE m.model_id = e.model_id AND m.no = r.slot_no);

INSERT INTO finding
SELECT source_no, row_no, 'CHANGE_REFUSED', 'error', 'model', full_key, model, 'the model that stands in the slot', 'retire the old card first'
FROM r_card WHERE NOT bad AND known_id IS NOT NULL AND model_id <> known_model_id;
