SELECT e.id, e.code, e.name_zh, e.name_en, m.kind, m.code AS model, e.life, e.health, count(*) OVER () AS total,
       t.installed, t.in_use, t.reserved, t.releasing, t.unusable, t.planned
FROM equipment AS e
JOIN equipment_model AS m ON m.id = e.model_id
CROSS JOIN LATERAL (
    SELECT sum(y.installed)::bigint AS installed, sum(y.in_use)::bigint AS in_use, sum(y.reserved)::bigint AS reserved,
           sum(y.releasing)::bigint AS releasing, sum(y.unusable)::bigint AS unusable, sum(y.planned)::bigint AS planned
    FROM tally AS y
    WHERE y.region_id = :region_id AND y.owner_id = e.id AND y.kind IN ('port', 'terminal', 'splitter_output')
) AS t
WHERE e.region_id = :region_id AND e.structure_id = :id AND e.life <> 'retired'
ORDER BY m.kind, e.code
LIMIT :limit
