-- What happens around a run: its turn, its shadow, a hold and who decided.
ALTER TABLE nightscore.run
  ADD COLUMN turn_asked_at timestamptz,
  ADD COLUMN turn_at timestamptz,
  ADD COLUMN shadow_model text,
  ADD COLUMN shadow_version integer,
  ADD COLUMN compared_before text COLLATE "C",
  ADD COLUMN held_at timestamptz,
  ADD COLUMN held_until timestamptz,
  ADD COLUMN held_why text,
  ADD COLUMN decision text CHECK (decision IN ('approved', 'rejected')),
  ADD COLUMN decided_at timestamptz,
  ADD COLUMN decided_by text,
  ADD COLUMN decision_why text,
  ADD FOREIGN KEY (shadow_model, shadow_version) REFERENCES nightscore.model_version (model, version);
COMMENT ON COLUMN nightscore.run.turn_asked_at IS 'When it last asked for its turn (maxConcurrentRuns of the job)';
COMMENT ON COLUMN nightscore.run.turn_at IS 'When it got its turn';
COMMENT ON COLUMN nightscore.run.shadow_model IS 'The model scored in the same pass and compared; null: none';
COMMENT ON COLUMN nightscore.run.shadow_version IS 'That model''s version, resolved when the run was opened';
COMMENT ON COLUMN nightscore.run.compared_before IS 'Only batches before this one are its past (a backfill of several batches at a time); null: its own key';
COMMENT ON COLUMN nightscore.run.held_at IS 'When a gate held it back';
COMMENT ON COLUMN nightscore.run.held_until IS 'When a held run that nobody decided on is rejected';
COMMENT ON COLUMN nightscore.run.held_why IS 'Which gate held it and what it found';
COMMENT ON COLUMN nightscore.run.decision IS 'approved or rejected; null: nobody had to decide, or has not yet';
COMMENT ON COLUMN nightscore.run.decided_at IS 'When it was decided';
COMMENT ON COLUMN nightscore.run.decided_by IS 'Who decided; timeout: nobody did in time';
COMMENT ON COLUMN nightscore.run.decision_why IS 'The reason given';
