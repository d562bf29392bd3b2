SELECT 'segment' AS kind, s.id, round(s.sheath_m::numeric, 1) || ' m of sheath' AS found, 'at least ' || round(sum(l.m)::numeric, 1) || ' m of route' AS expected
FROM cable_segment s
JOIN cable_run r ON r.region_id = :region_id AND r.segment_id = s.id
JOIN (SELECT id, ST_Length(geom::geography) AS m FROM section WHERE region_id = :region_id) l ON l.id = r.section_id
WHERE s.region_id = :region_id
GROUP BY s.id, s.sheath_m HAVING s.sheath_m < sum(l.m) * (1 - :route_ratio)
