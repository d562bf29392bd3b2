SELECT no, reason, from_at, until_at, note FROM work_order_pause WHERE region_id = :region_id AND order_id = :id ORDER BY no
