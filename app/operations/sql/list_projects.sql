-- Projects with how much they claim of live plant, and how much plant is planned or built for them; with a code that one alone.
SELECT p.id, p.code, p.name_zh, p.state, p.change_id,
       (SELECT count(*)::int FROM project_claim c WHERE c.region_id = :region_id AND c.project_id = p.id) AS claims,
       (SELECT count(*)::int FROM structure x WHERE x.region_id = :region_id AND x.project_id = p.id AND x.life = ANY(:lives))
       + (SELECT count(*)::int FROM section x WHERE x.region_id = :region_id AND x.project_id = p.id AND x.life = ANY(:lives))
       + (SELECT count(*)::int FROM cable_segment x WHERE x.region_id = :region_id AND x.project_id = p.id AND x.life = ANY(:lives))
       + (SELECT count(*)::int FROM equipment x WHERE x.region_id = :region_id AND x.project_id = p.id AND x.life = ANY(:lives)) AS planned
FROM project p
WHERE p.region_id = :region_id AND (CAST(:code AS text) IS NULL OR p.code_key = upper(btrim(:code)))
ORDER BY p.id DESC LIMIT :most
