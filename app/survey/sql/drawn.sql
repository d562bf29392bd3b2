-- What was drawn over the ground: sections that do not name both ends, and cables.
INSERT INTO finding
SELECT source_no, row_no, 'VALUE_REQUIRED', 'error', CASE WHEN a_structure IS NULL THEN 'a_structure' ELSE 'z_structure' END, key, 'neither a line nor both ends', 'a line, or both ends', 'draw the line, or name both ends'
FROM stage_section WHERE NOT bad AND geom IS NULL AND (a_structure IS NULL OR z_structure IS NULL);

UPDATE stage_section SET bad = true WHERE NOT bad AND geom IS NULL AND (a_structure IS NULL OR z_structure IS NULL);

CREATE TEMP TABLE drawn ON COMMIT DROP AS
SELECT source_no, row_no, 'section' AS layer, key AS full_key, a_structure, z_structure, geom, ST_Length(geom::geography) AS metres
FROM stage_section WHERE NOT bad AND geom IS NOT NULL AND (a_structure IS NULL OR z_structure IS NULL)
UNION ALL
SELECT source_no, row_no, 'drawn_cable', cable || '/' || key, a_structure, z_structure, geom, ST_Length(geom::geography)
FROM stage_drawn_cable WHERE NOT bad AND geom IS NOT NULL;
