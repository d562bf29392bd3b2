-- Network elements: equipment at the ends of such circuits, and transmission equipment that has none yet.
SELECT e.id, e.code
FROM equipment AS e
JOIN equipment_model AS m ON m.id = e.model_id
WHERE e.region_id = :region_id AND e.life IN ('in_service', 'built', 'pending_removal')
  AND (m.kind IN ('sdh', 'wdm', 'network_element') OR EXISTS (
      SELECT FROM port AS p
      JOIN circuit AS x ON x.region_id = :region_id AND (x.a_port_id = p.id OR x.z_port_id = p.id)
      WHERE p.region_id = :region_id AND p.equipment_id = e.id AND x.kind IN ('section', 'wavelength', 'uplink')
  ))
ORDER BY e.id
