-- What was told to the jobs' webhooks, each cause once.
CREATE TABLE nightscore.alert (
  alert_id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  cause            text NOT NULL UNIQUE,
  event            text NOT NULL CHECK (event IN ('fail', 'hold', 'late', 'test')),
  job              text NOT NULL,
  batch            text COLLATE "C",
  run_id           uuid REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  payload          jsonb NOT NULL,
  state            text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed')),
  attempts         integer NOT NULL DEFAULT 0,
  response_status  integer,
  last_error       text,
  created_at       timestamptz NOT NULL DEFAULT now(),
  attempted_at     timestamptz,
  sent_at          timestamptz
);
CREATE INDEX alert_of_batch ON nightscore.alert (job, batch);
COMMENT ON TABLE nightscore.alert IS 'What was told to the jobs'' webhooks: one row, and one message, a cause';
COMMENT ON COLUMN nightscore.alert.alert_id IS 'The alert''s id; its messages carry it as Idempotency-Key';
COMMENT ON COLUMN nightscore.alert.cause IS 'What it is about: event and run with the code of its error, or event, job and batch';
COMMENT ON COLUMN nightscore.alert.event IS 'fail, hold, late; test: sent by hand';
COMMENT ON COLUMN nightscore.alert.job IS 'The job';
COMMENT ON COLUMN nightscore.alert.batch IS 'The batch; null: a test';
COMMENT ON COLUMN nightscore.alert.run_id IS 'The run; null: there is none';
COMMENT ON COLUMN nightscore.alert.payload IS 'The message as sent';
COMMENT ON COLUMN nightscore.alert.state IS 'pending: not tried yet; sent: the receiver took it; failed: it did not at the last attempt, attempts are repeated for a day';
COMMENT ON COLUMN nightscore.alert.attempts IS 'How often it was tried';
COMMENT ON COLUMN nightscore.alert.response_status IS 'HTTP status of the last answer; null: none came';
COMMENT ON COLUMN nightscore.alert.last_error IS 'Why the last attempt failed; null: it did not';
COMMENT ON COLUMN nightscore.alert.created_at IS 'When the cause was found';
COMMENT ON COLUMN nightscore.alert.attempted_at IS 'When it was last tried';
COMMENT ON COLUMN nightscore.alert.sent_at IS 'When the receiver took it';

-- where the default privileges are another role's
GRANT SELECT, INSERT, UPDATE, DELETE ON nightscore.alert TO nightscore_worker;
GRANT SELECT ON nightscore.alert TO nightscore_reader;
