-- Why a run's shadow was not scored, and whether the run may go on without it.
ALTER TABLE nightscore.run
  ADD COLUMN shadow_asked boolean NOT NULL DEFAULT false,
  ADD COLUMN shadow_error text;
COMMENT ON COLUMN nightscore.run.shadow_asked IS 'The run was started with a shadow of its own: it fails where that cannot be scored; false: it goes on without';
COMMENT ON COLUMN nightscore.run.shadow_error IS 'Why the shadow was not scored, in all or some shards: then nothing is compared; null: it was, or there is none';

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
