{reservation_rows}
WHERE r.region_id = :region_id AND (CAST(:state AS text) IS NULL OR r.state = :state) AND (CAST(:after AS bigint) IS NULL OR r.id < :after)
  AND (CAST(:grids AS bigint[]) IS NULL OR b.grid_id = ANY(:grids))
ORDER BY r.id DESC LIMIT :most
