ANALYZE {name}_step;

CREATE TEMP TABLE {name}_end ON COMMIT DROP AS
SELECT s.way_id, coalesce(l.no, 0) AS no, l.conductor_id, l.port_id, l.role, coalesce(l.role = 'plain', false) AS is_line
FROM {name}_start s LEFT JOIN (SELECT DISTINCT ON (way_id) * FROM {name}_step ORDER BY way_id, no DESC) l ON l.way_id = s.way_id;

ANALYZE {name}_end;
