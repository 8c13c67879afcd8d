-- Two group roles: log-in roles are made members of them. They belong to the cluster, so another database may have made them.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nightscore_worker') THEN CREATE ROLE nightscore_worker NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nightscore_reader') THEN CREATE ROLE nightscore_reader NOLOGIN; END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database's migration made them in the same moment
END
$$;
GRANT USAGE, CREATE ON SCHEMA nightscore TO nightscore_worker;
GRANT USAGE ON SCHEMA nightscore TO nightscore_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA nightscore TO nightscore_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA nightscore TO nightscore_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA nightscore TO nightscore_reader;
-- readers of reports have no business with the models themselves
REVOKE SELECT ON nightscore.model_artifact FROM nightscore_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA nightscore GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO nightscore_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA nightscore GRANT USAGE ON SEQUENCES TO nightscore_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA nightscore GRANT SELECT ON TABLES TO nightscore_reader;
DO $$
BEGIN
  EXECUTE format('GRANT CREATE ON DATABASE %I TO nightscore_worker', current_database());
END
$$;
COMMENT ON ROLE nightscore_worker IS 'Nightscore workers: write runs and predictions';
COMMENT ON ROLE nightscore_reader IS 'People and tools that only read predictions and reports';
