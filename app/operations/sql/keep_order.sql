UPDATE work_order
SET state = :state, step = :step, product = :product, rate_mbit = :rate_mbit, customer_id = :customer_id, address_id = :address_id, service_id = :service_id,
    reservation_id = :reservation_id, ended_at = :ended_at, wish = CAST(:wish AS jsonb), design = CAST(:design AS jsonb)
WHERE region_id = :region_id AND id = :id
