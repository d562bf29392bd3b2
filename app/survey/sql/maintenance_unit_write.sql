INSERT INTO maintenance_unit (region_id, id, code, kind, name_zh, change_id)
SELECT :region, id, code, kind, name_zh, :change FROM r_maintenance_unit WHERE known_id IS NULL AND NOT bad AND dup_no = 1;

INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code, name)
SELECT :region, full_key, 'maintenance_unit', id, false, code, name_zh FROM r_maintenance_unit WHERE known_id IS NULL AND NOT bad AND dup_no = 1;

UPDATE r_maintenance_unit x SET is_changed = true FROM r_maintenance_unit r JOIN maintenance_unit t ON t.region_id = :region AND t.id = r.known_id
WHERE x.source_no = r.source_no AND x.row_no = r.row_no AND NOT r.bad AND (t.kind, t.name_zh) <> (r.kind, r.name_zh);

UPDATE maintenance_unit t SET kind = r.kind, name_zh = r.name_zh FROM r_maintenance_unit r WHERE t.region_id = :region AND t.id = r.known_id AND r.is_changed;

CREATE TEMP TABLE new_service ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.grid_id, f.id AS unit_id FROM r_maintenance_unit r JOIN r_maintenance_unit f ON f.full_key = r.full_key AND f.dup_no = 1
WHERE NOT r.bad AND NOT f.bad AND NOT EXISTS (SELECT 1 FROM grid_maintenance_unit t WHERE t.region_id = :region AND t.grid_id = r.grid_id AND t.unit_id = f.id);

INSERT INTO grid_maintenance_unit (region_id, grid_id, unit_id, change_id) SELECT DISTINCT :region, grid_id, unit_id, :change FROM new_service;

UPDATE r_maintenance_unit r SET is_changed = true FROM new_service n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
