SELECT [equipment t.equipment_id] AS equipment, t.read_on, max(t.value) FILTER (WHERE t.metric = 'load_a') AS load_a, max(t.value) FILTER (WHERE t.metric = 'voltage_v') AS voltage_v,
       max(t.value) FILTER (WHERE t.metric = 'energy_kwh') AS energy_kwh, max(t.value) FILTER (WHERE t.metric = 'temperature_c') AS temperature_c
FROM power_reading t WHERE t.region_id = :region GROUP BY t.equipment_id, t.read_on ORDER BY t.equipment_id, t.read_on
