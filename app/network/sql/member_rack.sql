  -- A unit is one height of the rack, whichever face is filled; what stands there in service outweighs what is only planned.
  SELECT 'rack_unit', u.id, '', u.grid_id, 'in_service', CASE WHEN u.is_filled THEN 'in_use' WHEN u.is_filled IS NULL THEN 'idle' ELSE 'reserved' END, 'ok', count(*)
  FROM (SELECT r.id, t.grid_id, n.u_no, bool_or(e.life NOT IN ('planned', 'designed', 'building')) AS is_filled
        FROM rack r {only rack r.id}
        JOIN room o ON o.region_id = :region_id AND o.id = r.room_id
        JOIN site i ON i.region_id = :region_id AND i.id = o.site_id
        JOIN structure t ON t.region_id = :region_id AND t.id = i.structure_id
        CROSS JOIN LATERAL generate_series(1, r.height_u) AS n (u_no)
        LEFT JOIN (rack_unit u JOIN equipment e ON e.region_id = :region_id AND e.id = u.equipment_id AND e.life <> 'retired')
          ON u.region_id = :region_id AND u.rack_id = r.id AND u.u_no = n.u_no
        WHERE r.region_id = :region_id
        GROUP BY r.id, t.grid_id, n.u_no) u
  GROUP BY 1, 2, 3, 4, 5, 6, 7
