CREATE TEMP TABLE meter_value ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.equipment_id, r.read_on, n.metric, n.value, t.value AS known_value
FROM r_power_reading r CROSS JOIN LATERAL (VALUES ('load_a', r.load_a), ('voltage_v', r.voltage_v), ('energy_kwh', r.energy_kwh), ('temperature_c', r.temperature_c)) n(metric, value)
LEFT JOIN power_reading t ON t.region_id = :region AND t.equipment_id = r.equipment_id AND t.metric = n.metric AND t.read_on = r.read_on
WHERE NOT r.bad AND r.dup_no = 1 AND n.value IS NOT NULL;

DELETE FROM meter_value WHERE value = known_value;

ANALYZE meter_value;

UPDATE power_reading t SET value = n.value FROM meter_value n
WHERE n.known_value IS NOT NULL AND t.region_id = :region AND t.equipment_id = n.equipment_id AND t.metric = n.metric AND t.read_on = n.read_on;

INSERT INTO power_reading (region_id, equipment_id, metric, read_on, value, change_id)
SELECT :region, equipment_id, metric, read_on, value, :change FROM meter_value WHERE known_value IS NULL;

UPDATE r_power_reading r SET is_changed = true FROM (SELECT DISTINCT source_no, row_no FROM meter_value) n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
