-- A range on one side must be as long as on the other.
INSERT INTO finding
SELECT source_no, row_no, 'RANGE_LENGTH', 'error', 'to_strands', full_key, cardinality(to_strands) || ' against ' || cardinality(from_strands), 'as many on both sides', 'correct one of the ranges'
FROM r_splice WHERE NOT bad AND cardinality(from_strands) <> cardinality(to_strands)
UNION ALL
SELECT source_no, row_no, 'RANGE_LENGTH', 'error', 'strands', full_key, cardinality(strands) || ' against ' || cardinality(ports), 'as many strands as ports', 'correct one of the ranges'
FROM r_termination WHERE NOT bad AND cardinality(strands) <> cardinality(ports)
UNION ALL
SELECT source_no, row_no, 'RANGE_LENGTH', 'error', 'to_ports', full_key, cardinality(to_ports) || ' against ' || cardinality(from_ports), 'as many on both sides', 'correct one of the ranges'
FROM r_patch WHERE NOT bad AND cardinality(from_ports) <> cardinality(to_ports);

-- K3: the end of the segment that lies where the joint lies; both ends there must be told apart by the survey.
INSERT INTO finding
SELECT source_no, row_no, CASE WHEN ends = 0 THEN 'K3' ELSE 'END_AMBIGUOUS' END, 'error', field, full_key,
       CASE WHEN ends = 0 THEN segment || ' does not end where ' || place || ' stands' ELSE 'both ends of ' || segment || ' are where ' || place || ' stands' END,
       'a segment with one end there', CASE WHEN ends = 0 THEN 'correct the segment, the equipment, or the end named' ELSE 'name the end: A or Z' END
FROM (SELECT source_no, row_no, full_key, 'from_segment' AS field, from_segment AS segment, closure AS place, from_ends AS ends FROM r_splice WHERE NOT bad AND from_face IS NULL AND closure_id IS NOT NULL AND from_segment_id IS NOT NULL
      UNION ALL SELECT source_no, row_no, full_key, 'to_segment', to_segment, closure, to_ends FROM r_splice WHERE NOT bad AND to_face IS NULL AND closure_id IS NOT NULL AND to_segment_id IS NOT NULL
      UNION ALL SELECT source_no, row_no, full_key, 'segment', segment, panel, ends FROM r_termination WHERE NOT bad AND face IS NULL AND panel_id IS NOT NULL AND segment_id IS NOT NULL) e;

INSERT INTO finding
SELECT source_no, row_no, 'MODEL_MEDIUM', 'error', 'to_segment', full_key, from_medium || ' to ' || to_medium, 'two cables of one medium', 'correct one of the segments'
FROM r_splice WHERE NOT bad AND from_medium <> to_medium;

CREATE TEMP TABLE strand_claim ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, 1 AS side, n.place, r.from_segment_id AS segment_id, n.no, r.from_face AS face FROM r_splice r CROSS JOIN LATERAL unnest(r.from_strands) WITH ORDINALITY n(no, place) WHERE NOT r.bad AND r.from_face IS NOT NULL
UNION ALL SELECT r.source_no, r.row_no, r.full_key, 2, n.place, r.to_segment_id, n.no, r.to_face FROM r_splice r CROSS JOIN LATERAL unnest(r.to_strands) WITH ORDINALITY n(no, place) WHERE NOT r.bad AND r.to_face IS NOT NULL
UNION ALL SELECT r.source_no, r.row_no, r.full_key, 1, n.place, r.segment_id, n.no, r.face FROM r_termination r CROSS JOIN LATERAL unnest(r.strands) WITH ORDINALITY n(no, place) WHERE NOT r.bad AND r.face IS NOT NULL;

CREATE TEMP TABLE port_end ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, 2 AS side, n.place, r.panel_id AS equipment_id, n.no, 'termination' AS layer, r.panel AS equipment FROM r_termination r CROSS JOIN LATERAL unnest(r.ports) WITH ORDINALITY n(no, place) WHERE NOT r.bad AND r.panel_id IS NOT NULL
UNION ALL SELECT r.source_no, r.row_no, r.full_key, 1, n.place, r.from_equipment_id, n.no, 'patch', r.from_equipment FROM r_patch r CROSS JOIN LATERAL unnest(r.from_ports) WITH ORDINALITY n(no, place) WHERE NOT r.bad AND r.from_equipment_id IS NOT NULL
UNION ALL SELECT r.source_no, r.row_no, r.full_key, 2, n.place, r.to_equipment_id, n.no, 'patch', r.to_equipment FROM r_patch r CROSS JOIN LATERAL unnest(r.to_ports) WITH ORDINALITY n(no, place) WHERE NOT r.bad AND r.to_equipment_id IS NOT NULL;

ANALYZE strand_claim;

ANALYZE port_end;

-- Both kinds of end with the number of the termination: a panel takes the cable at its back and the patch at its front.
CREATE TEMP TABLE end_claim ON COMMIT DROP AS
SELECT s.source_no, s.row_no, s.full_key, s.side, s.place, s.segment_id AS owner_id, s.no::text AS no, c.id AS conductor_id, NULL::bigint AS port_id, s.face::smallint AS face, c.id * 8 + s.face AS end_key
FROM strand_claim s LEFT JOIN conductor c ON c.region_id = :region AND c.segment_id = s.segment_id AND c.no = s.no
UNION ALL
SELECT e.source_no, e.row_no, e.full_key, e.side, e.place, e.equipment_id, e.no, NULL, p.id, f.face, p.id * 8 + 4 + f.face
FROM port_end e LEFT JOIN port p ON p.region_id = :region AND p.equipment_id = e.equipment_id AND p.no = e.no
CROSS JOIN LATERAL (SELECT (CASE p.role WHEN 'panel' THEN CASE e.layer WHEN 'termination' THEN 0 ELSE 1 END WHEN 'split_in' THEN 2 WHEN 'split_out' THEN 3 ELSE 1 END)::smallint AS face) f;

ANALYZE end_claim;

INSERT INTO finding
SELECT source_no, row_no, CASE WHEN bool_or(is_strand) THEN 'I8' ELSE 'PORT_MISSING' END, 'error', NULL, full_key,
       CASE WHEN bool_or(is_strand) THEN 'strand ' ELSE 'port ' END || min(no) || CASE WHEN count(*) > 1 THEN ' and ' || count(*) - 1 || ' more' ELSE '' END,
       'numbers that the ' || CASE WHEN bool_or(is_strand) THEN 'segment' ELSE 'equipment' END || ' has', 'correct the range'
FROM (SELECT e.*, e.conductor_id IS NULL AND EXISTS (SELECT 1 FROM strand_claim s WHERE s.source_no = e.source_no AND s.row_no = e.row_no AND s.side = e.side) AS is_strand
      FROM end_claim e WHERE e.end_key IS NULL) m
GROUP BY source_no, row_no, full_key;

-- K2: an end joined twice in these files. The first row keeps it.
CREATE TEMP TABLE end_pair ON COMMIT DROP AS
SELECT a.source_no, a.row_no, a.full_key, a.place, a.end_key AS a_key, a.conductor_id AS a_conductor, a.port_id AS a_port, a.face AS a_face,
       z.end_key AS z_key, z.conductor_id AS z_conductor, z.port_id AS z_port, z.face AS z_face, a.no AS a_no
FROM end_claim a JOIN end_claim z ON z.source_no = a.source_no AND z.row_no = a.row_no AND z.place = a.place AND z.side = 2
WHERE a.side = 1 AND a.end_key IS NOT NULL AND z.end_key IS NOT NULL;

INSERT INTO finding
SELECT e.source_no, e.row_no, 'K2', 'error', NULL, e.full_key, 'an end that row ' || min(e.first_row) || ' of ' || min(f.name) || ' joins too: number ' || min(e.no), 'each end joined once', 'correct one of the rows'
FROM (SELECT c.*, row_number() OVER w AS taken_no, first_value(c.row_no) OVER w AS first_row, first_value(c.source_no) OVER w AS first_source
      FROM end_claim c WHERE c.end_key IS NOT NULL WINDOW w AS (PARTITION BY c.end_key ORDER BY c.source_no, c.row_no, c.side, c.place)) e
JOIN stage_file f ON f.source_no = e.first_source
WHERE e.taken_no > 1 GROUP BY e.source_no, e.row_no, e.full_key;
