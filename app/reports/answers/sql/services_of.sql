-- The live services of a service itself, a customer, an address or a number.
SELECT v.id FROM service AS v WHERE :kind = 'service' AND v.region_id = :region_id AND v.id = :id
UNION
SELECT v.id FROM service AS v WHERE :kind = 'customer' AND v.region_id = :region_id AND v.customer_id = :id AND v.state <> 'terminated'
UNION
SELECT v.id FROM service AS v WHERE :kind = 'address' AND v.region_id = :region_id AND v.address_id = :id AND v.state <> 'terminated'
UNION
SELECT r.service_id FROM service_resource AS r WHERE :kind = 'number' AND r.region_id = :region_id AND r.number_id = :id AND r.ended_on IS NULL
