-- What a strand, pair, segment, cable, duct or section lies in, and what a port, card or equipment stands in; each once.
WITH cut AS (
    SELECT g.id, g.cable_id, g.a_structure_id, g.z_structure_id FROM conductor AS n
    JOIN cable_segment AS g ON g.region_id = :region_id AND g.id = n.segment_id
    WHERE :kind = 'conductor' AND n.region_id = :region_id AND n.id = :id
    UNION ALL
    SELECT g.id, g.cable_id, g.a_structure_id, g.z_structure_id FROM cable_segment AS g
    WHERE :kind = 'segment' AND g.region_id = :region_id AND g.id = :id
    UNION ALL
    SELECT g.id, g.cable_id, g.a_structure_id, g.z_structure_id FROM cable_segment AS g
    WHERE :kind = 'cable' AND g.region_id = :region_id AND g.cable_id = :id
), run AS (
    SELECT r.section_id, r.duct_id FROM cut JOIN cable_run AS r ON r.region_id = :region_id AND r.segment_id = cut.id
    UNION
    SELECT d.section_id, d.parent_id FROM duct AS d WHERE :kind = 'duct' AND d.region_id = :region_id AND d.id = :id
    UNION
    SELECT s.id, NULL::bigint FROM section AS s WHERE :kind = 'section' AND s.region_id = :region_id AND s.id = :id
), ground AS (
    SELECT DISTINCT s.id, s.a_structure_id, s.z_structure_id FROM run JOIN section AS s ON s.region_id = :region_id AND s.id = run.section_id
), machine AS (
    SELECT p.card_id, p.equipment_id FROM port AS p WHERE :kind = 'port' AND p.region_id = :region_id AND p.id = :id
    UNION ALL
    SELECT NULL, c.equipment_id FROM card AS c WHERE :kind = 'card' AND c.region_id = :region_id AND c.id = :id
    UNION ALL
    SELECT NULL, e.id FROM equipment AS e WHERE :kind = 'equipment' AND e.region_id = :region_id AND e.id = :id
), standing AS (
    SELECT e.id, e.rack_id, e.structure_id FROM machine JOIN equipment AS e ON e.region_id = :region_id AND e.id = machine.equipment_id
), found AS (
    SELECT 'segment' AS kind, id FROM cut
    UNION SELECT 'cable', cable_id FROM cut
    UNION SELECT 'duct', duct_id FROM run
    UNION SELECT 'section', id FROM ground
    UNION SELECT 'structure', a_structure_id FROM ground
    UNION SELECT 'structure', z_structure_id FROM ground
    UNION SELECT 'structure', a_structure_id FROM cut
    UNION SELECT 'structure', z_structure_id FROM cut
    UNION SELECT 'card', card_id FROM machine
    UNION SELECT 'equipment', id FROM standing
    UNION SELECT 'rack', rack_id FROM standing
    UNION SELECT 'structure', structure_id FROM standing
)
SELECT kind, id FROM found WHERE id IS NOT NULL AND NOT (kind = :kind AND id = :id)
