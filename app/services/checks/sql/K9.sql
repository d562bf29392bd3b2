SELECT 'port' AS kind, a_port_id AS id, count(*) || ' trees: ' || string_agg(code, ', ' ORDER BY code) AS found, 'one tree' AS expected
FROM circuit WHERE region_id = :region_id AND kind = 'pon_tree' AND life <> 'retired' AND a_port_id IS NOT NULL
GROUP BY a_port_id HAVING count(*) > 1
UNION ALL
SELECT 'circuit', k.circuit_id, count(*) || ' trees: ' || string_agg(t.code, ', ' ORDER BY t.code), 'one tree'
FROM circuit_carrier k
JOIN circuit t ON t.region_id = :region_id AND t.id = k.lower_circuit_id AND t.kind = 'pon_tree'
WHERE k.region_id = :region_id AND k.path_no = 1
GROUP BY k.circuit_id HAVING count(*) > 1
