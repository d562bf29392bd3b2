-- Where a thing is: its communities upwards, its office down to the rack, its point.
WITH here AS (
    {here}
)
SELECT c.id AS community_id, c.code AS community_code, c.name_zh AS community_name_zh, c.name_en AS community_name_en,
       w.id AS town_id, w.code AS town_code, w.name_zh AS town_name_zh, w.name_en AS town_name_en,
       y.id AS county_id, y.code AS county_code, y.name_zh AS county_name_zh, y.name_en AS county_name_en,
       s.id AS structure_id, s.code AS structure_code, s.kind AS structure_kind,
       i.id AS site_id, i.code AS site_code, i.name_zh AS site_name_zh, i.name_en AS site_name_en,
       o.id AS room_id, o.code AS room_code, a.id AS rack_id, a.code AS rack_code,
       ST_X(x.geom) AS lon, ST_Y(x.geom) AS lat
FROM here
LEFT JOIN rack AS a ON a.region_id = :region_id AND a.id = here.rack_id
LEFT JOIN room AS o ON o.region_id = :region_id AND o.id = coalesce(a.room_id, here.room_id)
LEFT JOIN site AS i ON i.region_id = :region_id AND i.id = coalesce(o.site_id, here.site_id)
LEFT JOIN structure AS s ON s.region_id = :region_id AND s.id = coalesce(here.structure_id, i.structure_id)
LEFT JOIN grid AS c ON c.region_id = :region_id AND c.id = coalesce(here.grid_id, s.grid_id)
LEFT JOIN grid AS w ON w.region_id = :region_id AND w.id = c.parent_id
LEFT JOIN grid AS y ON y.region_id = :region_id AND y.id = w.parent_id
CROSS JOIN LATERAL (SELECT coalesce(here.geom, s.geom) AS geom) AS x
