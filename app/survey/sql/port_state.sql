CREATE TEMP TABLE port_claim ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, r.equipment_id, n.no, r.life, r.use, r.health, coalesce(r.life, new.life, old.life) AS life_then,
       new.no IS NOT NULL AS is_new, new.no IS NULL AND old.no IS NULL AS is_missing,
       row_number() OVER w AS dup_no, first_value(r.row_no) OVER w AS first_row, first_value((r.life, r.use, r.health)::text) OVER w AS first_words
FROM r_port_state r CROSS JOIN LATERAL unnest(r.ports) n(no)
     LEFT JOIN new_port new ON new.equipment_id = r.equipment_id AND new.no = n.no
     LEFT JOIN port old ON old.region_id = :region AND old.equipment_id = r.equipment_id AND old.no = n.no
WHERE NOT r.bad AND r.equipment_id IS NOT NULL
WINDOW w AS (PARTITION BY r.equipment_id, n.no ORDER BY r.source_no, r.row_no);

INSERT INTO finding
SELECT source_no, row_no, 'PORT_MISSING', 'error', 'ports', full_key, 'port ' || min(no) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END,
       'ports that the equipment has', 'correct the range, or add the card'
FROM port_claim WHERE is_missing GROUP BY source_no, row_no, full_key;

INSERT INTO finding
SELECT DISTINCT ON (source_no, row_no) source_no, row_no, 'STATE_NOT_IN_SERVICE', 'error', 'use', full_key, use || ' while ' || life_then, 'in service, or not held', 'correct the use, or the life'
FROM port_claim WHERE use IN ('reserved', 'in_use') AND life_then NOT IN ('in_service', 'pending_removal');

INSERT INTO finding
SELECT source_no, row_no, 'I1_CONTRADICTED', 'error', 'ports', full_key, 'port ' || min(no) || ', told otherwise in row ' || min(first_row), 'one row per port', 'keep the row that is right'
FROM port_claim WHERE dup_no > 1 AND (life, use, health)::text <> first_words GROUP BY source_no, row_no, full_key;
