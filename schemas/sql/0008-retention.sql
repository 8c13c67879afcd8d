-- What retention has dropped.
ALTER TABLE nightscore.run
  ADD COLUMN dropped_at timestamptz,
  ADD COLUMN dropped_bytes bigint;
COMMENT ON COLUMN nightscore.run.dropped_at IS 'When retention began to drop its predictions, or what it left: it cannot be resumed or become visible any more';
COMMENT ON COLUMN nightscore.run.dropped_bytes IS 'What that freed in bytes; null: not dropped, or not all of it yet';

ALTER TABLE nightscore.label_load ADD COLUMN dropped_at timestamptz;
COMMENT ON COLUMN nightscore.label_load.dropped_at IS 'When retention removed its file: what was evaluated on it stays; null: the file is there';

-- what still refers to a reference
CREATE INDEX run_reference ON nightscore.run (reference_id);
