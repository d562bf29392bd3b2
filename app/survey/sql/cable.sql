INSERT INTO finding
SELECT source_no, row_no, 'I28', 'warning', 'life', full_key, life || ', with ' || building_count || ' of ' || segment_count || ' segments in building', 'a cable in building until all of its segments are built',
       'taken as in building; its segments keep their own stages'
FROM r_cable WHERE NOT bad AND building_count > 0 AND life IN ('built', 'in_service');
