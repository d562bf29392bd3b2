-- Where things lie, as GeoJSON: lines of sections and segments, points of what stands in a structure, of services and addresses their building.
-- OFFSET 0 makes each a look-up by key.
SELECT w.kind, w.id, ST_AsGeoJSON(g.geom, 6, 0) AS shape
FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS bigint[])) AS w (kind, id)
CROSS JOIN LATERAL (
    SELECT geom FROM structure WHERE w.kind = 'structure' AND region_id = :region_id AND id = w.id
    UNION ALL
    SELECT geom FROM section WHERE w.kind = 'section' AND region_id = :region_id AND id = w.id
    UNION ALL
    SELECT geom FROM segment_line WHERE w.kind = 'segment' AND region_id = :region_id AND segment_id = w.id
    UNION ALL
    SELECT ST_Collect(l.geom) FROM cable_segment AS c
    JOIN segment_line AS l ON l.region_id = :region_id AND l.segment_id = c.id
    WHERE w.kind = 'cable' AND c.region_id = :region_id AND c.cable_id = w.id
    UNION ALL
    SELECT s.geom FROM duct AS d JOIN section AS s ON s.region_id = :region_id AND s.id = d.section_id
    WHERE w.kind = 'duct' AND d.region_id = :region_id AND d.id = w.id
    UNION ALL
    SELECT l.geom FROM conductor AS c JOIN segment_line AS l ON l.region_id = :region_id AND l.segment_id = c.segment_id
    WHERE w.kind = 'conductor' AND c.region_id = :region_id AND c.id = w.id
    UNION ALL
    SELECT s.geom FROM equipment AS e JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
    WHERE w.kind = 'equipment' AND e.region_id = :region_id AND e.id = w.id
    UNION ALL
    SELECT s.geom FROM port AS p
    JOIN equipment AS e ON e.region_id = :region_id AND e.id = p.equipment_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
    WHERE w.kind = 'port' AND p.region_id = :region_id AND p.id = w.id
    UNION ALL
    SELECT s.geom FROM card AS c
    JOIN equipment AS e ON e.region_id = :region_id AND e.id = c.equipment_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
    WHERE w.kind = 'card' AND c.region_id = :region_id AND c.id = w.id
    UNION ALL
    SELECT s.geom FROM site AS i JOIN structure AS s ON s.region_id = :region_id AND s.id = i.structure_id
    WHERE w.kind = 'site' AND i.region_id = :region_id AND i.id = w.id
    UNION ALL
    SELECT s.geom FROM room AS r
    JOIN site AS i ON i.region_id = :region_id AND i.id = r.site_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = i.structure_id
    WHERE w.kind = 'room' AND r.region_id = :region_id AND r.id = w.id
    UNION ALL
    SELECT s.geom FROM rack AS k
    JOIN room AS r ON r.region_id = :region_id AND r.id = k.room_id
    JOIN site AS i ON i.region_id = :region_id AND i.id = r.site_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = i.structure_id
    WHERE w.kind = 'rack' AND k.region_id = :region_id AND k.id = w.id
    UNION ALL
    SELECT s.geom FROM power_feed AS f
    JOIN equipment AS e ON e.region_id = :region_id AND e.id = f.source_equipment_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
    WHERE w.kind = 'power_feed' AND f.region_id = :region_id AND f.id = w.id
    UNION ALL
    SELECT ST_SimplifyPreserveTopology(geom, 0.0005) FROM grid WHERE w.kind = 'grid' AND region_id = :region_id AND id = w.id
    UNION ALL
    SELECT geom FROM unmet_request WHERE w.kind = 'unmet_request' AND region_id = :region_id AND id = w.id
    UNION ALL
    SELECT s.geom FROM number_block AS n
    JOIN switch_office AS o ON o.region_id = :region_id AND o.id = n.office_id
    JOIN equipment AS e ON e.region_id = :region_id AND e.id = o.equipment_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
    WHERE w.kind = 'number_block' AND n.region_id = :region_id AND n.id = w.id
    UNION ALL
    SELECT s.geom FROM trunk_group AS t
    JOIN switch_office AS o ON o.region_id = :region_id AND o.id = t.a_office_id
    JOIN equipment AS e ON e.region_id = :region_id AND e.id = o.equipment_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
    WHERE w.kind = 'trunk_group' AND t.region_id = :region_id AND t.id = w.id
    UNION ALL
    SELECT s.geom FROM circuit AS c
    JOIN port AS p ON p.region_id = :region_id AND p.id = c.a_port_id
    JOIN equipment AS e ON e.region_id = :region_id AND e.id = p.equipment_id
    JOIN structure AS s ON s.region_id = :region_id AND s.id = e.structure_id
    WHERE w.kind = 'circuit' AND c.region_id = :region_id AND c.id = w.id
    UNION ALL
    SELECT b.geom FROM address AS a JOIN building AS b ON b.region_id = :region_id AND b.id = a.building_id
    WHERE w.kind = 'address' AND a.region_id = :region_id AND a.id = w.id
    UNION ALL
    SELECT b.geom FROM service AS v
    JOIN address AS a ON a.region_id = :region_id AND a.id = v.address_id
    JOIN building AS b ON b.region_id = :region_id AND b.id = a.building_id
    WHERE w.kind = 'service' AND v.region_id = :region_id AND v.id = w.id
    OFFSET 0
) AS g
WHERE g.geom IS NOT NULL
