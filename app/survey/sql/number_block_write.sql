CREATE TEMP TABLE new_number ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('number', 'id')) AS id, r.id AS block_id, lpad((r.full_key::bigint + n.no)::text, length(r.full_key), '0') AS digits
FROM r_number_block r CROSS JOIN LATERAL generate_series(0, r.number_count - 1) n(no) WHERE r.known_id IS NULL AND NOT r.bad AND r.dup_no = 1;

INSERT INTO number (region_id, id, block_id, digits, use, change_id) SELECT :region, id, block_id, digits, 'idle', :change FROM new_number;

INSERT INTO code_index (region_id, code_key, kind, id, is_alias, code) SELECT :region, digits, 'number', id, false, digits FROM new_number;
