SELECT 'section' AS kind, s.id, round(s.length_m::numeric, 1) || ' m' AS found, p.from_m || ' to ' || p.to_m || ' m' AS expected
FROM section s
JOIN unnest(CAST(:plausible_section_kind AS text[]), CAST(CAST(:plausible_from_m AS text[]) AS numeric[]), CAST(CAST(:plausible_to_m AS text[]) AS numeric[])) AS p (kind, from_m, to_m) ON p.kind = s.kind
WHERE s.region_id = :region_id AND s.life <> 'retired' AND s.length_m NOT BETWEEN p.from_m AND p.to_m
