CREATE TEMP TABLE number_word ON COMMIT DROP AS
SELECT c.source_no, c.row_no, c.id, c.use, CASE WHEN c.use = 'ageing' THEN c.ageing_until END AS ageing_until
FROM number_claim c JOIN r_number_state r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad WHERE c.dup_no = 1 AND c.id IS NOT NULL;

ANALYZE number_word;

-- What a service holds stays held, though a survey calls it idle; a day that is not given leaves the day that is there.
CREATE TEMP TABLE number_change ON COMMIT DROP AS
SELECT w.source_no, w.row_no, t.id, w.use, CASE WHEN w.use = 'ageing' THEN coalesce(w.ageing_until, t.ageing_until) END AS ageing_until
FROM number_word w JOIN number t ON t.region_id = :region AND t.id = w.id
LEFT JOIN service_resource h ON h.region_id = :region AND h.number_id = t.id AND h.ended_on IS NULL
WHERE (t.use, t.ageing_until) IS DISTINCT FROM (w.use, CASE WHEN w.use = 'ageing' THEN coalesce(w.ageing_until, t.ageing_until) END) AND NOT (w.use = 'idle' AND h.id IS NOT NULL);

UPDATE number t SET use = c.use, ageing_until = c.ageing_until FROM number_change c WHERE t.region_id = :region AND t.id = c.id;

UPDATE r_number_state r SET is_changed = true FROM number_change c WHERE c.source_no = r.source_no AND c.row_no = r.row_no;
