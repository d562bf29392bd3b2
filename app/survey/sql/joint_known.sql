-- K2 against what is joined already: the same pair is no change, another pair is a conflict.
CREATE TEMP TABLE known_end ON COMMIT DROP AS
SELECT p.source_no, p.row_no, p.full_key, p.a_no, p.a_key, a.mate_key = p.z_key AS is_same
FROM end_pair p LEFT JOIN joint_end a ON a.region_id = :region AND a.end_key = p.a_key LEFT JOIN joint_end z ON z.region_id = :region AND z.end_key = p.z_key
WHERE a.end_key IS NOT NULL OR z.end_key IS NOT NULL;

INSERT INTO finding
SELECT source_no, row_no, 'K2', 'error', NULL, full_key, 'an end that is joined to something else already: number ' || min(a_no), 'ends that are free', 'cut the old joint first, or correct the row'
FROM known_end WHERE is_same IS NOT TRUE GROUP BY source_no, row_no, full_key;
