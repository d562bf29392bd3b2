-- What has no maintenance unit of its own is with that of the place where it stands or begins. Where no units are known nothing can be missing.
SELECT 'grid' AS kind, g.id, x.without || ' of ' || x.n || ' equipment and cable segments without maintenance unit' AS found,
       'at most ' || round(100 * CAST(:unmaintained_ratio AS numeric)) || ' %' AS expected
FROM (
  SELECT o.grid_id, count(*) AS n, count(*) FILTER (WHERE o.unit_id IS NULL) AS without
  FROM (
    SELECT t.grid_id, coalesce(e.maintenance_unit_id, t.maintenance_unit_id) AS unit_id
    FROM equipment e JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
    WHERE e.region_id = :region_id AND e.life = 'in_service'
    UNION ALL
    SELECT t.grid_id, coalesce(s.maintenance_unit_id, c.maintenance_unit_id, t.maintenance_unit_id)
    FROM cable_segment s
    JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
    JOIN structure t ON t.region_id = :region_id AND t.id = s.a_structure_id
    WHERE s.region_id = :region_id AND s.life = 'in_service'
  ) o
  GROUP BY 1
) x
JOIN grid g ON g.region_id = :region_id AND g.id = x.grid_id
WHERE x.without > x.n * :unmaintained_ratio AND EXISTS (SELECT FROM maintenance_unit WHERE region_id = :region_id)
