SELECT b.id, b.code, o.code AS office, o.equipment_id, coalesce(t.installed, b.number_count)::int AS installed, coalesce(t.in_use, 0)::int AS in_use,
       coalesce(t.reserved, 0)::int AS reserved, coalesce(t.releasing, 0)::int AS releasing,
       coalesce(t.installed - t.in_use - t.reserved - t.releasing - t.unusable, b.number_count)::int AS idle
FROM number_block b
JOIN switch_office o ON o.region_id = :region_id AND o.id = b.office_id
LEFT JOIN tally t ON t.region_id = :region_id AND t.kind = 'number' AND t.owner_id = b.id
WHERE b.region_id = :region_id
ORDER BY o.code, b.code
