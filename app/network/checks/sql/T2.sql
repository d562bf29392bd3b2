SELECT l.kind, l.id, coalesce(sum(h.share)::text, 'no share') AS found, '1' AS expected
FROM (SELECT 'section' AS kind, id FROM section WHERE region_id = :region_id UNION ALL SELECT 'segment', id FROM cable_segment WHERE region_id = :region_id) l
LEFT JOIN grid_share h ON h.region_id = :region_id AND h.owner_kind = l.kind AND h.owner_id = l.id
GROUP BY l.kind, l.id HAVING abs(coalesce(sum(h.share), 0) - 1) > :share
