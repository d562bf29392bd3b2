CREATE TEMP TABLE vlan_word ON COMMIT DROP AS
SELECT c.source_no, c.row_no, c.gateway_id, c.s_vlan, c.c_vlan, t.id AS known_id, coalesce(c.purpose, t.purpose) AS purpose,
       CASE WHEN c.use = 'idle' AND h.id IS NOT NULL THEN t.use ELSE coalesce(c.use, t.use, 'idle') END AS use
FROM vlan_claim c JOIN r_vlan r ON r.source_no = c.source_no AND r.row_no = c.row_no AND NOT r.bad
-- Two joins, so that each can use the whole key: equality never meets an empty inner tag.
LEFT JOIN vlan i ON i.region_id = :region AND i.gateway_equipment_id = c.gateway_id AND i.s_vlan = c.s_vlan AND i.c_vlan = c.c_vlan
LEFT JOIN vlan o ON o.region_id = :region AND o.gateway_equipment_id = c.gateway_id AND o.s_vlan = c.s_vlan AND o.c_vlan IS NULL AND c.c_vlan IS NULL
LEFT JOIN vlan t ON t.region_id = :region AND t.id = coalesce(i.id, o.id)
-- What a service holds stays held, though a survey calls it idle.
LEFT JOIN service_resource h ON h.region_id = :region AND h.vlan_id = t.id AND h.ended_on IS NULL
WHERE c.dup_no = 1;

DELETE FROM vlan_word n USING vlan t WHERE t.region_id = :region AND t.id = n.known_id AND (t.purpose, t.use) IS NOT DISTINCT FROM (n.purpose, n.use);

UPDATE vlan t SET purpose = n.purpose, use = n.use FROM vlan_word n WHERE t.region_id = :region AND t.id = n.known_id;

INSERT INTO vlan (region_id, gateway_equipment_id, s_vlan, c_vlan, purpose, use, change_id)
SELECT :region, gateway_id, s_vlan, c_vlan, purpose, use, :change FROM vlan_word WHERE known_id IS NULL;

UPDATE r_vlan r SET is_changed = true FROM (SELECT DISTINCT source_no, row_no FROM vlan_word) n WHERE n.source_no = r.source_no AND n.row_no = r.row_no;
