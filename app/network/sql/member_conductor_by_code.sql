SELECT n.id FROM code_index i JOIN conductor n ON n.region_id = :region_id AND n.segment_id = i.id AND n.no = CAST(:no AS numeric)
WHERE i.region_id = :region_id AND i.code_key = :owner AND i.kind = 'segment'
