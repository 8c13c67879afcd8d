-- Versions: how an alias came to point where it does, golden rows on other machines, batches that were rolled back.
ALTER TABLE nightscore.model_alias_history
  ADD COLUMN action text NOT NULL DEFAULT 'promote' CHECK (action IN ('promote', 'rollback')),
  ADD COLUMN forced boolean NOT NULL DEFAULT false,
  ADD COLUMN gates jsonb;
COMMENT ON COLUMN nightscore.model_alias_history.action IS 'promote; or rollback: back to a former target';
COMMENT ON COLUMN nightscore.model_alias_history.forced IS 'true: a gate refused it, and it was forced';
COMMENT ON COLUMN nightscore.model_alias_history.gates IS 'What each gate found: gate, job, verdict, found; null: no gate was asked';

CREATE TABLE nightscore.golden_agreement (
  model               text NOT NULL,
  version             integer NOT NULL,
  runtime_version     text NOT NULL,
  machine             text NOT NULL,
  rows                integer NOT NULL,
  agreeing_rows       integer NOT NULL,
  label_flips         integer,
  max_abs_difference  double precision NOT NULL,
  max_rel_difference  double precision NOT NULL,
  verdict             text NOT NULL CHECK (verdict IN ('ok', 'fail')),
  checked_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model, version, runtime_version, machine),
  FOREIGN KEY (model, version) REFERENCES nightscore.model_version (model, version)
);
COMMENT ON TABLE nightscore.golden_agreement IS 'Golden rows scored again by each ONNX Runtime on each kind of machine: do the training framework''s forecasts still come out';
COMMENT ON COLUMN nightscore.golden_agreement.model IS 'The model''s name';
COMMENT ON COLUMN nightscore.golden_agreement.version IS 'Its version';
COMMENT ON COLUMN nightscore.golden_agreement.runtime_version IS 'The version of ONNX Runtime';
COMMENT ON COLUMN nightscore.golden_agreement.machine IS 'Architecture, processor and execution provider';
COMMENT ON COLUMN nightscore.golden_agreement.rows IS 'Golden rows of the package';
COMMENT ON COLUMN nightscore.golden_agreement.agreeing_rows IS 'Those within the tolerance of model.yaml';
COMMENT ON COLUMN nightscore.golden_agreement.label_flips IS 'Rows whose label is another than the forecast''s; null: the task has no labels, or the package no forecast of them';
COMMENT ON COLUMN nightscore.golden_agreement.max_abs_difference IS 'Largest difference of a value from its forecast; Infinity: a row that was quarantined, or another label';
COMMENT ON COLUMN nightscore.golden_agreement.max_rel_difference IS 'The same as a share of the forecast';
COMMENT ON COLUMN nightscore.golden_agreement.verdict IS 'ok: all rows agree; fail: runs there are refused';
COMMENT ON COLUMN nightscore.golden_agreement.checked_at IS 'When they were scored';

CREATE TABLE nightscore.publication_change (
  change_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job          text NOT NULL,
  batch        text COLLATE "C" NOT NULL,
  from_run_id  uuid NOT NULL REFERENCES nightscore.run (run_id),
  to_run_id    uuid NOT NULL REFERENCES nightscore.run (run_id),
  request      text NOT NULL UNIQUE,
  changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_by   text NOT NULL,
  why          text NOT NULL
);
CREATE INDEX publication_change_batch ON nightscore.publication_change (job, batch);
COMMENT ON TABLE nightscore.publication_change IS 'Batches that were swapped back to a former revision by hand';
COMMENT ON COLUMN nightscore.publication_change.change_id IS 'Order of the changes';
COMMENT ON COLUMN nightscore.publication_change.job IS 'The job';
COMMENT ON COLUMN nightscore.publication_change.batch IS 'The batch key';
COMMENT ON COLUMN nightscore.publication_change.from_run_id IS 'The run that was visible before';
COMMENT ON COLUMN nightscore.publication_change.to_run_id IS 'The run that is visible from then on';
COMMENT ON COLUMN nightscore.publication_change.request IS 'The workflow that did it, with its first execution: asked twice it is done once';
COMMENT ON COLUMN nightscore.publication_change.changed_at IS 'When';
COMMENT ON COLUMN nightscore.publication_change.changed_by IS 'Who asked for it';
COMMENT ON COLUMN nightscore.publication_change.why IS 'The reason given';

-- sequences and tables of this migration, where the default privileges are another role's
GRANT SELECT, INSERT, UPDATE, DELETE ON nightscore.golden_agreement, nightscore.publication_change TO nightscore_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA nightscore TO nightscore_worker;
GRANT SELECT ON nightscore.golden_agreement, nightscore.publication_change TO nightscore_reader;
