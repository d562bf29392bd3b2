CREATE TEMP TABLE {name}_step (way_id bigint NOT NULL, no smallint NOT NULL, conductor_id bigint, port_id bigint, role text, inner_port_id bigint, leave_key bigint) ON COMMIT DROP;

CREATE INDEX ON {name}_step (no);

ANALYZE {name}_start;
