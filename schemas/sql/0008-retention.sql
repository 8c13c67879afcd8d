-- What retention has dropped.
ALTER TABLE nightscore.run
  ADD COLUMN dropped_at timestamptz,
  ADD COLUMN dropped_bytes bigint;
COMMENT ON COLUMN nightscore.run.dropped_at IS 'When retention began to drop its predictions, or what it left: it cannot be resumed or become visible any more';
COMMENT ON COLUMN nightscore.run.dropped_bytes IS 'What that freed in bytes; null: not dropped, or not all of it yet';

ALTER TABLE nightscore.label_load ADD COLUMN dropped_at timestamptz;
COMMENT ON COLUMN nightscore.label_load.dropped_at IS 'When retention removed its file: what was evaluated on it stays; null: the file is there';

-- with the new columns at its end
CREATE OR REPLACE VIEW nightscore.latest_run AS
  SELECT DISTINCT ON (job, batch) *
  FROM nightscore.run
  ORDER BY job, batch, revision DESC;
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT v.attname AS name, col_description(r.attrelid, r.attnum) AS said
    FROM pg_attribute v JOIN pg_attribute r ON r.attrelid = 'nightscore.run'::regclass AND r.attname = v.attname
    WHERE v.attrelid = 'nightscore.latest_run'::regclass AND v.attnum > 0
  LOOP
    EXECUTE format('COMMENT ON COLUMN nightscore.latest_run.%I IS %L', found.name, found.said);
  END LOOP;
END $$;

-- what still refers to a reference
CREATE INDEX run_reference ON nightscore.run (reference_id);
