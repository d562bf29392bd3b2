-- The sections in which the circuits of rings lie.
SELECT DISTINCT m.circuit_id, u.section_id
FROM ring_member AS m
JOIN circuit_carrier AS h ON h.region_id = :region_id AND h.circuit_id = m.circuit_id
JOIN conductor AS n ON n.region_id = :region_id AND n.id = h.conductor_id
JOIN cable_run AS u ON u.region_id = :region_id AND u.segment_id = n.segment_id
WHERE m.region_id = :region_id
