SELECT count(*) FROM service s JOIN address a ON a.region_id = :region_id AND a.id = s.address_id AND a.building_id = :id
WHERE s.region_id = :region_id AND s.product IN ('ftth', 'adsl', 'vdsl', 'lan') AND s.state IN ('active', 'suspended')
