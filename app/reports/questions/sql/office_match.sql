-- By structure: pairs on main frames, voice ports and numbers, all of them and what is idle.
WITH counted AS (
  SELECT e.structure_id, t.kind, t.installed, t.installed - t.in_use - t.reserved - t.releasing - t.unusable AS idle
  FROM tally t JOIN equipment e ON e.region_id = :region_id AND e.id = t.owner_id
  WHERE t.region_id = :region_id AND ((t.kind = 'terminal' AND t.technology = 'mdf') OR (t.kind = 'port' AND t.technology = 'pots'))
  UNION ALL
  SELECT e.structure_id, t.kind, t.installed, t.installed - t.in_use - t.reserved - t.releasing - t.unusable
  FROM tally t
  JOIN number_block b ON b.region_id = :region_id AND b.id = t.owner_id
  JOIN switch_office o ON o.region_id = :region_id AND o.id = b.office_id
  JOIN equipment e ON e.region_id = :region_id AND e.id = o.equipment_id
  WHERE t.region_id = :region_id AND t.kind = 'number'
)
SELECT s.id, coalesce((SELECT min(i.code) FROM site i WHERE i.region_id = :region_id AND i.structure_id = s.id), s.code) AS code,
       coalesce(sum(c.installed) FILTER (WHERE c.kind = 'terminal'), 0)::bigint AS pairs,
       coalesce(sum(c.idle) FILTER (WHERE c.kind = 'terminal'), 0)::bigint AS idle_pairs,
       coalesce(sum(c.installed) FILTER (WHERE c.kind = 'port'), 0)::bigint AS ports,
       coalesce(sum(c.idle) FILTER (WHERE c.kind = 'port'), 0)::bigint AS idle_ports,
       coalesce(sum(c.installed) FILTER (WHERE c.kind = 'number'), 0)::bigint AS numbers,
       coalesce(sum(c.idle) FILTER (WHERE c.kind = 'number'), 0)::bigint AS idle_numbers
FROM counted c JOIN structure s ON s.region_id = :region_id AND s.id = c.structure_id
GROUP BY s.id, s.code
ORDER BY 2
