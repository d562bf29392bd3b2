SELECT s.id, c.code || '/' || s.code FROM cable_segment s JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
WHERE s.region_id = :region_id AND s.id = ANY(:ids)
