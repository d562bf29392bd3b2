-- The community in which each point lies; on a border the one with the lower code.
CREATE TEMP TABLE community_of_{layer} ON COMMIT DROP AS
SELECT DISTINCT ON (s.source_no, s.row_no) s.source_no, s.row_no, g.id, g.code
FROM grid g JOIN stage_{layer} s ON ST_Covers(g.geom, s.geom)
WHERE g.region_id = :region AND g.level = 3 ORDER BY s.source_no, s.row_no, g.code;
