-- The owner of the tables, and the web server's role, which owns nothing.
SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['netgrid', 'netgrid_web']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- The owner may end what the web server left connected.
GRANT netgrid_web TO netgrid;

-- A parallel plan costs more to start than a tile takes; a page that needs longer than this is a fault.
ALTER ROLE netgrid_web SET max_parallel_workers_per_gather = 0;
ALTER ROLE netgrid_web SET jit = off;
ALTER ROLE netgrid_web SET statement_timeout = '30s';

-- Tests copy their database.
ALTER ROLE netgrid CREATEDB;
