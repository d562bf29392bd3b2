INSERT INTO finding
SELECT source_no, row_no, 'VALUE_REQUIRED', 'error', NULL, full_key, 'no value', 'load, voltage, energy or temperature', 'fill in what was read, or delete the row'
FROM r_power_reading WHERE NOT bad AND num_nonnulls(load_a, voltage_v, energy_kwh, temperature_c) = 0;
