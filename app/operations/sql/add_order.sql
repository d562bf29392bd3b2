INSERT INTO work_order (region_id, id, code, kind, state, step, product, rate_mbit, customer_id, address_id, service_id, reservation_id, opened_by, opened_at, wish, note)
VALUES (:region_id, :id, :code, :kind, 'open', :step, :product, :rate_mbit, :customer_id, :address_id, :service_id, :reservation_id, :opened_by, :opened_at,
        CAST(:wish AS jsonb), :note)
