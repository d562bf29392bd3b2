-- A thing counts as looked at when it was verified, taken into service or last written; a community is told where none of its things was for so long.
SELECT 'grid' AS kind, x.grid_id AS id, 'nothing since ' || x.seen_on || ', ' || x.n || ' things' AS found,
       'something since ' || (CAST(:today AS date) - make_interval(months => CAST(:unverified_months AS int)))::date AS expected
FROM (
  SELECT t.grid_id, count(*) AS n, max(greatest(o.verified_at::date, o.in_service_on, c.at::date)) AS seen_on
  FROM (
    SELECT id AS structure_id, verified_at, in_service_on, change_id FROM structure WHERE region_id = :region_id AND life = 'in_service'
    UNION ALL SELECT structure_id, verified_at, in_service_on, change_id FROM equipment WHERE region_id = :region_id AND life = 'in_service'
    UNION ALL SELECT a_structure_id, verified_at, in_service_on, change_id FROM cable_segment WHERE region_id = :region_id AND life = 'in_service'
  ) o
  JOIN structure t ON t.region_id = :region_id AND t.id = o.structure_id AND t.grid_id IS NOT NULL
  JOIN change c ON c.region_id = :region_id AND c.id = o.change_id
  GROUP BY 1
) x
WHERE x.seen_on < CAST(:today AS date) - make_interval(months => CAST(:unverified_months AS int))
