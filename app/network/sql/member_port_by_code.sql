SELECT p.id FROM code_index i JOIN port p ON p.region_id = :region_id AND p.equipment_id = i.id AND upper(p.no) = :no
WHERE i.region_id = :region_id AND i.code_key = :owner AND i.kind = 'equipment'
