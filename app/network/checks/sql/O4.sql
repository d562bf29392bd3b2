SELECT 'segment' AS kind, n.segment_id AS id, n.faulty || ' of ' || n.n || ' out of order' AS found, 'at most ' || round(100 * CAST(:faulty_ratio AS numeric)) || ' %' AS expected
FROM (SELECT segment_id, count(*) AS n, count(*) FILTER (WHERE health IN ('faulty', 'blocked')) AS faulty
      FROM conductor WHERE region_id = :region_id AND life <> 'retired' GROUP BY 1) n
WHERE n.faulty >= :faulty_least AND n.faulty > n.n * :faulty_ratio
