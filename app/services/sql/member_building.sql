  -- Homes passed are those that something serves with broadband; what is connected is a live service of that sort.
  SELECT x.kind, b.id, '', b.grid_id, 'in_service', u.use, 'ok', u.n
  FROM (
    SELECT a.building_id, sum(a.household_count)::bigint AS households, coalesce(sum(a.household_count) FILTER (WHERE v.address_id IS NOT NULL), 0)::bigint AS passed,
           coalesce(sum(s.n), 0)::bigint AS connected
    FROM address a {only building a.building_id}
    LEFT JOIN (SELECT DISTINCT address_id FROM serving WHERE region_id = :region_id AND technology IN ('pon', 'adsl', 'vdsl', 'lan')) v ON v.address_id = a.id
    LEFT JOIN (SELECT address_id, count(*) AS n FROM service
               WHERE region_id = :region_id AND product IN ('ftth', 'adsl', 'vdsl', 'lan') AND state IN ('active', 'suspended') AND address_id IS NOT NULL
               GROUP BY 1) s ON s.address_id = a.id
    WHERE a.region_id = :region_id
    GROUP BY 1
  ) a
  JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
  CROSS JOIN LATERAL (VALUES ('home', a.passed), ('household', a.households)) AS x (kind, installed)
  CROSS JOIN LATERAL (VALUES ('in_use', least(a.connected, x.installed)), ('idle', x.installed - least(a.connected, x.installed))) AS u (use, n)
  WHERE x.installed > 0
