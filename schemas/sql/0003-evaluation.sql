-- The evaluation layer: references, profiles, metrics, gates, labels, reports. Every column has a COMMENT (tested).
ALTER TABLE nightscore.run
  ADD COLUMN rows_planned bigint,
  ADD COLUMN reference_id uuid,
  ADD COLUMN verdict text CHECK (verdict IN ('ok', 'warn', 'hold', 'fail', 'skipped'));
COMMENT ON COLUMN nightscore.run.rows_planned IS 'Rows after the job''s where, counted when the run was planned: decides what share of rows is sampled';
COMMENT ON COLUMN nightscore.run.reference_id IS 'What the run is compared with, frozen when it was planned; null: nothing yet';
COMMENT ON COLUMN nightscore.run.verdict IS 'Worst of metrics and gates before publishing: ok, warn, hold, fail; skipped: nothing to compare with';

CREATE TABLE nightscore.reference_profile (
  reference_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  identity       text NOT NULL UNIQUE,
  kind           text NOT NULL CHECK (kind IN ('model', 'trailing', 'batches', 'parquet')),
  source         jsonb NOT NULL,
  model          text NOT NULL,
  model_version  integer NOT NULL,
  rows           bigint NOT NULL,
  sampled        boolean NOT NULL,
  profile        bytea NOT NULL,
  segments       bytea NOT NULL,
  labelled       bytea,
  created_at     timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (model, model_version) REFERENCES nightscore.model_version (model, version)
);
ALTER TABLE nightscore.reference_profile ALTER COLUMN profile SET STORAGE EXTERNAL, ALTER COLUMN segments SET STORAGE EXTERNAL;
ALTER TABLE nightscore.run ADD FOREIGN KEY (reference_id) REFERENCES nightscore.reference_profile (reference_id);
COMMENT ON TABLE nightscore.reference_profile IS 'What runs are compared with: computed once, frozen, never rescanned';
COMMENT ON COLUMN nightscore.reference_profile.reference_id IS 'The reference''s id';
COMMENT ON COLUMN nightscore.reference_profile.identity IS 'SHA-256 over all that it was made from: the same rows make no second one';
COMMENT ON COLUMN nightscore.reference_profile.kind IS 'model (the package''s reference.parquet), trailing (published batches before a run), batches (a range) or parquet (a file)';
COMMENT ON COLUMN nightscore.reference_profile.source IS 'What it was made from: model version, run ids, or file';
COMMENT ON COLUMN nightscore.reference_profile.model IS 'The model whose features and predictions it holds';
COMMENT ON COLUMN nightscore.reference_profile.model_version IS 'That model''s version';
COMMENT ON COLUMN nightscore.reference_profile.rows IS 'Rows that it was made from';
COMMENT ON COLUMN nightscore.reference_profile.sampled IS 'Whether those rows, or the values kept of them, are a sample';
COMMENT ON COLUMN nightscore.reference_profile.profile IS 'Bins, counts, moments and samples of all rows (activities/evaluation/profiles/reference-codec.ts)';
COMMENT ON COLUMN nightscore.reference_profile.segments IS 'The same of each segment (segments-codec.ts)';
COMMENT ON COLUMN nightscore.reference_profile.labelled IS 'Scores and labels of its labelled rows, at most 50,000: expected accuracy is estimated from them; null: no labels';
COMMENT ON COLUMN nightscore.reference_profile.created_at IS 'When it was made';

CREATE TABLE nightscore.reference_column (
  reference_id  uuid NOT NULL REFERENCES nightscore.reference_profile (reference_id) ON DELETE CASCADE,
  scope         text NOT NULL,
  column_name   text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('numeric', 'categorical')),
  rows          bigint NOT NULL,
  missing       bigint NOT NULL,
  not_a_number  bigint NOT NULL,
  infinite      bigint NOT NULL,
  out_of_range  bigint NOT NULL,
  mean          double precision,
  sd            double precision,
  min           double precision,
  max           double precision,
  bins          jsonb NOT NULL,
  counts        jsonb NOT NULL,
  PRIMARY KEY (reference_id, scope, column_name)
);
COMMENT ON TABLE nightscore.reference_column IS 'The columns of a reference, for people: reference_profile has the whole';
COMMENT ON COLUMN nightscore.reference_column.reference_id IS 'The reference';
COMMENT ON COLUMN nightscore.reference_column.scope IS 'feature, prediction or label';
COMMENT ON COLUMN nightscore.reference_column.column_name IS 'The feature or prediction; of text <name>.length and <name>.empty, of a list <name>.length and <name>.norm';
COMMENT ON COLUMN nightscore.reference_column.kind IS 'numeric: bins are ranges; categorical: bins are values';
COMMENT ON COLUMN nightscore.reference_column.rows IS 'Rows';
COMMENT ON COLUMN nightscore.reference_column.missing IS 'Rows without a value';
COMMENT ON COLUMN nightscore.reference_column.not_a_number IS 'Rows with NaN';
COMMENT ON COLUMN nightscore.reference_column.infinite IS 'Rows with an infinity';
COMMENT ON COLUMN nightscore.reference_column.out_of_range IS 'Finite values outside min and max of model.yaml, or of the reference where that has none';
COMMENT ON COLUMN nightscore.reference_column.mean IS 'Mean of the finite values';
COMMENT ON COLUMN nightscore.reference_column.sd IS 'Their standard deviation (n - 1)';
COMMENT ON COLUMN nightscore.reference_column.min IS 'The smallest';
COMMENT ON COLUMN nightscore.reference_column.max IS 'The largest';
COMMENT ON COLUMN nightscore.reference_column.bins IS 'numeric: the inner edges, a value belongs to the first bin whose edge is not smaller; categorical: the values, then OTHER and UNSEEN follow';
COMMENT ON COLUMN nightscore.reference_column.counts IS 'Rows of each bin';

CREATE TABLE nightscore.run_profile (
  run_id    uuid PRIMARY KEY REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  rows      bigint NOT NULL,
  profile   bytea NOT NULL,
  segments  bytea NOT NULL
);
ALTER TABLE nightscore.run_profile ALTER COLUMN profile SET STORAGE EXTERNAL, ALTER COLUMN segments SET STORAGE EXTERNAL;
COMMENT ON TABLE nightscore.run_profile IS 'What the run''s rows look like, merged from its shards: later references are made from it';
COMMENT ON COLUMN nightscore.run_profile.run_id IS 'The run';
COMMENT ON COLUMN nightscore.run_profile.rows IS 'Rows after the job''s where, quarantined ones too';
COMMENT ON COLUMN nightscore.run_profile.profile IS 'Counts on the reference''s bins, moments and a sample of rows (activities/evaluation/profiles/shard-codec.ts)';
COMMENT ON COLUMN nightscore.run_profile.segments IS 'The same of each segment (segments-codec.ts)';

CREATE TABLE nightscore.column_profile (
  run_id        uuid NOT NULL REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  scope         text NOT NULL,
  column_name   text NOT NULL,
  rows          bigint NOT NULL,
  missing       bigint NOT NULL,
  not_a_number  bigint NOT NULL,
  infinite      bigint NOT NULL,
  out_of_range  bigint NOT NULL,
  mean          double precision,
  sd            double precision,
  min           double precision,
  max           double precision,
  counts        jsonb NOT NULL,
  unseen        jsonb NOT NULL,
  PRIMARY KEY (run_id, scope, column_name)
);
COMMENT ON TABLE nightscore.column_profile IS 'A run''s columns on the bins of its reference';
COMMENT ON COLUMN nightscore.column_profile.run_id IS 'The run';
COMMENT ON COLUMN nightscore.column_profile.scope IS 'feature, prediction or label';
COMMENT ON COLUMN nightscore.column_profile.column_name IS 'As in reference_column';
COMMENT ON COLUMN nightscore.column_profile.rows IS 'Rows';
COMMENT ON COLUMN nightscore.column_profile.missing IS 'Rows without a value';
COMMENT ON COLUMN nightscore.column_profile.not_a_number IS 'Rows with NaN';
COMMENT ON COLUMN nightscore.column_profile.infinite IS 'Rows with an infinity';
COMMENT ON COLUMN nightscore.column_profile.out_of_range IS 'Finite values outside the range that reference_column tells of';
COMMENT ON COLUMN nightscore.column_profile.mean IS 'Mean of the finite values';
COMMENT ON COLUMN nightscore.column_profile.sd IS 'Their standard deviation (n - 1)';
COMMENT ON COLUMN nightscore.column_profile.min IS 'The smallest';
COMMENT ON COLUMN nightscore.column_profile.max IS 'The largest';
COMMENT ON COLUMN nightscore.column_profile.counts IS 'Rows of each bin of the reference''s column';
COMMENT ON COLUMN nightscore.column_profile.unseen IS 'Values that the reference lacks -> rows of the sample that have them, the ten most frequent';

CREATE TABLE nightscore.metric_value (
  run_id        uuid NOT NULL REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  as_of         timestamptz NOT NULL,
  scope         text NOT NULL CHECK (scope IN ('feature', 'prediction', 'label', 'quality', 'skew', 'accuracy', 'estimate', 'speed')),
  column_name   text,
  segment       text,
  metric        text NOT NULL,
  value         double precision,
  statistic     double precision,
  p_value       double precision,
  q_value       double precision,
  ci_lo         double precision,
  ci_hi         double precision,
  n_reference   bigint,
  n_current     bigint NOT NULL,
  warn_at       double precision,
  fail_at       double precision,
  verdict       text NOT NULL CHECK (verdict IN ('ok', 'warn', 'fail', 'skipped', 'error', 'none')),
  reason        text,
  spec_version  integer NOT NULL
);
CREATE UNIQUE INDEX metric_value_one ON nightscore.metric_value
  (run_id, as_of, scope, coalesce(column_name, ''), coalesce(segment, ''), metric);
CREATE INDEX metric_value_by_metric ON nightscore.metric_value (metric, scope);
COMMENT ON TABLE nightscore.metric_value IS 'Every number of every run, one a row; docs/metrics.md tells what each means';
COMMENT ON COLUMN nightscore.metric_value.run_id IS 'The run';
COMMENT ON COLUMN nightscore.metric_value.as_of IS 'When what it rests on was known: the end of planning, or, of labels, the evaluation';
COMMENT ON COLUMN nightscore.metric_value.scope IS 'feature, prediction, label: drift against the reference; quality; skew: features against the model package''s reference; accuracy; estimate: accuracy expected before labels come; speed';
COMMENT ON COLUMN nightscore.metric_value.column_name IS 'The feature, prediction or label; null: the batch as a whole';
COMMENT ON COLUMN nightscore.metric_value.segment IS 'column=value; null: all rows';
COMMENT ON COLUMN nightscore.metric_value.metric IS 'Its name, such as psi or roc_auc';
COMMENT ON COLUMN nightscore.metric_value.value IS 'The number; null: undefined for these rows, the reason says why';
COMMENT ON COLUMN nightscore.metric_value.statistic IS 'The test statistic that p_value belongs to';
COMMENT ON COLUMN nightscore.metric_value.p_value IS 'Of the column''s own test: chi-square over its bins, two proportions of a rate; of ks Kolmogorov''s';
COMMENT ON COLUMN nightscore.metric_value.q_value IS 'Benjamini-Hochberg over all tests of the run and scope';
COMMENT ON COLUMN nightscore.metric_value.ci_lo IS 'Lower end of the 95 % interval';
COMMENT ON COLUMN nightscore.metric_value.ci_hi IS 'Upper end of the 95 % interval';
COMMENT ON COLUMN nightscore.metric_value.n_reference IS 'Rows of the reference that it rests on';
COMMENT ON COLUMN nightscore.metric_value.n_current IS 'Rows of the run that it rests on';
COMMENT ON COLUMN nightscore.metric_value.warn_at IS 'From where on it warns; null: no rule';
COMMENT ON COLUMN nightscore.metric_value.fail_at IS 'From where on it fails; null: no rule';
COMMENT ON COLUMN nightscore.metric_value.verdict IS 'ok, warn, fail; skipped: too little to judge; error: it could not be computed; none: no rule judges it';
COMMENT ON COLUMN nightscore.metric_value.reason IS 'Why it is skipped or in error, or that it is sampled or estimated';
COMMENT ON COLUMN nightscore.metric_value.spec_version IS 'Version of the definitions in docs/metrics.md';

CREATE TABLE nightscore.gate_result (
  run_id       uuid NOT NULL REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  as_of        timestamptz NOT NULL,
  gate_no      integer NOT NULL,
  position     integer NOT NULL,
  scope        text NOT NULL,
  column_name  text,
  segment      text,
  metric       text NOT NULL,
  value        double precision,
  limit_at     double precision,
  action       text NOT NULL CHECK (action IN ('ok', 'warn', 'hold', 'fail', 'skipped')),
  reason       text,
  PRIMARY KEY (run_id, as_of, gate_no, position)
);
COMMENT ON TABLE nightscore.gate_result IS 'What each gate of the job said to each number, kept as evidence';
COMMENT ON COLUMN nightscore.gate_result.run_id IS 'The run';
COMMENT ON COLUMN nightscore.gate_result.as_of IS 'As in metric_value';
COMMENT ON COLUMN nightscore.gate_result.gate_no IS 'The gate''s place in the job file, from 1';
COMMENT ON COLUMN nightscore.gate_result.position IS 'Order within the gate, worst first, from 1';
COMMENT ON COLUMN nightscore.gate_result.scope IS 'As in metric_value';
COMMENT ON COLUMN nightscore.gate_result.column_name IS 'As in metric_value';
COMMENT ON COLUMN nightscore.gate_result.segment IS 'As in metric_value';
COMMENT ON COLUMN nightscore.gate_result.metric IS 'The metric';
COMMENT ON COLUMN nightscore.gate_result.value IS 'What was compared with the limit: the number, or a rate''s difference to the reference';
COMMENT ON COLUMN nightscore.gate_result.limit_at IS 'The limit that decided; of ok the nearest one';
COMMENT ON COLUMN nightscore.gate_result.action IS 'ok, warn, hold, fail; skipped: too little to judge';
COMMENT ON COLUMN nightscore.gate_result.reason IS 'Why it was skipped';

CREATE TABLE nightscore.label_load (
  load_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job         text NOT NULL,
  batch       text COLLATE "C",
  source      text NOT NULL,
  sha256      text NOT NULL,
  file        text NOT NULL,
  rows        bigint NOT NULL,
  arrived_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  loaded_by   text NOT NULL
);
CREATE INDEX label_load_job ON nightscore.label_load (job, batch);
COMMENT ON TABLE nightscore.label_load IS 'Arrivals of labels: each an immutable file in the store';
COMMENT ON COLUMN nightscore.label_load.load_id IS 'Order of arrival';
COMMENT ON COLUMN nightscore.label_load.job IS 'The job';
COMMENT ON COLUMN nightscore.label_load.batch IS 'The batch they are for; null: whichever batch has the key';
COMMENT ON COLUMN nightscore.label_load.source IS 'The file or query that they came from';
COMMENT ON COLUMN nightscore.label_load.sha256 IS 'SHA-256 of the stored file: the same content again is no new arrival';
COMMENT ON COLUMN nightscore.label_load.file IS 'The stored Parquet file, relative to the store';
COMMENT ON COLUMN nightscore.label_load.rows IS 'Rows in it, empty labels too';
COMMENT ON COLUMN nightscore.label_load.arrived_at IS 'When they were loaded: of two labels for a key the later counts';
COMMENT ON COLUMN nightscore.label_load.loaded_by IS 'Who loaded them';

CREATE TABLE nightscore.evaluation (
  run_id         uuid NOT NULL REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  as_of          timestamptz NOT NULL,
  version        integer NOT NULL,
  labels_sha256  text NOT NULL,
  scored         bigint NOT NULL,
  labelled       bigint NOT NULL,
  received       bigint NOT NULL,
  empty          bigint NOT NULL,
  unknown        bigint NOT NULL,
  unknown_keys   bigint NOT NULL,
  repeated       bigint NOT NULL,
  conflicts      bigint NOT NULL,
  undecided      bigint NOT NULL,
  mature         boolean NOT NULL,
  verdict        text NOT NULL CHECK (verdict IN ('ok', 'warn', 'fail', 'skipped')),
  label_profile  bytea NOT NULL,
  tables         jsonb NOT NULL,
  PRIMARY KEY (run_id, as_of),
  UNIQUE (run_id, version)
);
COMMENT ON TABLE nightscore.evaluation IS 'Accuracy of a published run as of a moment; a new version each time that labels changed';
COMMENT ON COLUMN nightscore.evaluation.run_id IS 'The run';
COMMENT ON COLUMN nightscore.evaluation.as_of IS 'When its labels were read';
COMMENT ON COLUMN nightscore.evaluation.version IS '1, 2, 3 ... of the run';
COMMENT ON COLUMN nightscore.evaluation.labels_sha256 IS 'SHA-256 over the arrivals that it rests on: the same ones make no new version';
COMMENT ON COLUMN nightscore.evaluation.scored IS 'Rows with a prediction';
COMMENT ON COLUMN nightscore.evaluation.labelled IS 'Of those, rows with a label';
COMMENT ON COLUMN nightscore.evaluation.received IS 'Label rows read';
COMMENT ON COLUMN nightscore.evaluation.empty IS 'Of those, rows whose label is null';
COMMENT ON COLUMN nightscore.evaluation.unknown IS 'Label rows whose key was not scored';
COMMENT ON COLUMN nightscore.evaluation.unknown_keys IS 'Different keys among them';
COMMENT ON COLUMN nightscore.evaluation.repeated IS 'Label rows beyond the first of their key';
COMMENT ON COLUMN nightscore.evaluation.conflicts IS 'Keys that came with labels that differ: the latest by arrival was taken';
COMMENT ON COLUMN nightscore.evaluation.undecided IS 'Of those, keys whose latest arrival itself holds labels that differ: the larger was taken';
COMMENT ON COLUMN nightscore.evaluation.mature IS 'Whether the job''s maturity had passed since the batch was due';
COMMENT ON COLUMN nightscore.evaluation.verdict IS 'Worst of accuracy, label drift and their gates: ok, warn, fail; skipped: too few labels';
COMMENT ON COLUMN nightscore.evaluation.label_profile IS 'The labels'' profile: later label references are made from it';
COMMENT ON COLUMN nightscore.evaluation.tables IS 'Calibration and confusion, for the report';

CREATE TABLE nightscore.label_coverage (
  run_id       uuid NOT NULL,
  as_of        timestamptz NOT NULL,
  decile       integer NOT NULL CHECK (decile BETWEEN 0 AND 10),
  score_above  double precision,
  score_upto   double precision,
  scored       bigint NOT NULL,
  labelled     bigint NOT NULL,
  matured      bigint NOT NULL,
  p_value      double precision,
  PRIMARY KEY (run_id, as_of, decile),
  FOREIGN KEY (run_id, as_of) REFERENCES nightscore.evaluation (run_id, as_of) ON DELETE CASCADE
);
COMMENT ON TABLE nightscore.label_coverage IS 'How many of the scored rows have labels, by decile of the score: are the labelled rows like the others?';
COMMENT ON COLUMN nightscore.label_coverage.run_id IS 'The run';
COMMENT ON COLUMN nightscore.label_coverage.as_of IS 'The evaluation';
COMMENT ON COLUMN nightscore.label_coverage.decile IS '0: all rows; 1 to 10: deciles of the score, fewer where scores repeat';
COMMENT ON COLUMN nightscore.label_coverage.score_above IS 'Scores above this; null: no lower end';
COMMENT ON COLUMN nightscore.label_coverage.score_upto IS 'Scores up to this; null: no upper end';
COMMENT ON COLUMN nightscore.label_coverage.scored IS 'Rows with a prediction';
COMMENT ON COLUMN nightscore.label_coverage.labelled IS 'Of those, rows with a label';
COMMENT ON COLUMN nightscore.label_coverage.matured IS 'Of those, rows whose label was due';
COMMENT ON COLUMN nightscore.label_coverage.p_value IS 'Of decile 0: chi-square test that labels are as frequent in every decile';

CREATE TABLE nightscore.report (
  run_id      uuid PRIMARY KEY REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  as_of       timestamptz NOT NULL,
  verdict     text NOT NULL,
  headline    text NOT NULL,
  html        text NOT NULL CHECK (octet_length(html) < 1048576),
  json        jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE nightscore.report IS 'The report of each run: aggregates only; made again when labels come';
COMMENT ON COLUMN nightscore.report.run_id IS 'The run';
COMMENT ON COLUMN nightscore.report.as_of IS 'Of the newest numbers in it';
COMMENT ON COLUMN nightscore.report.verdict IS 'ok, warn, hold, fail or skipped';
COMMENT ON COLUMN nightscore.report.headline IS 'The first line: what is wrong with which column, or that nothing is';
COMMENT ON COLUMN nightscore.report.html IS 'One self-contained page, under 1 MB';
COMMENT ON COLUMN nightscore.report.json IS 'What the page shows';
COMMENT ON COLUMN nightscore.report.created_at IS 'When it was made';

CREATE VIEW nightscore.latest_metric AS
  SELECT DISTINCT ON (r.job, r.batch, m.scope, m.column_name, m.segment, m.metric)
         r.job, r.batch, r.revision, r.model, r.model_version, m.*
  FROM nightscore.metric_value m JOIN nightscore.run r USING (run_id)
  WHERE r.state = 'published'
  ORDER BY r.job, r.batch, m.scope, m.column_name, m.segment, m.metric, m.as_of DESC;
COMMENT ON VIEW nightscore.latest_metric IS 'Of each published batch the newest value of each metric';

CREATE VIEW nightscore.drift_daily AS
  SELECT job, batch, model, model_version, scope, column_name, segment, metric, value, warn_at, fail_at, verdict, q_value, n_current
  FROM nightscore.latest_metric
  WHERE scope IN ('feature', 'prediction', 'label', 'quality', 'skew');
COMMENT ON VIEW nightscore.drift_daily IS 'Drift and data quality of each published batch, to chart without a join';

CREATE VIEW nightscore.accuracy_daily AS
  SELECT l.job, l.batch, l.model, l.model_version, l.segment, l.metric, l.value, l.ci_lo, l.ci_hi, e.value AS estimated,
         l.n_current, l.warn_at, l.fail_at, l.verdict, l.as_of
  FROM nightscore.latest_metric l
  LEFT JOIN nightscore.latest_metric e
    ON e.run_id = l.run_id AND e.scope = 'estimate' AND e.metric = l.metric AND e.segment IS NOT DISTINCT FROM l.segment
  WHERE l.scope = 'accuracy';
COMMENT ON VIEW nightscore.accuracy_daily IS 'Accuracy of each published batch as of its newest labels, and what was expected before they came';
COMMENT ON COLUMN nightscore.accuracy_daily.estimated IS 'The figure that was expected before labels came; null: none was';

-- with the columns that a run has by now
CREATE OR REPLACE VIEW nightscore.latest_run AS
  SELECT DISTINCT ON (job, batch) *
  FROM nightscore.run
  ORDER BY job, batch, revision DESC;

-- the views' other columns are those of metric_value and run, with what is said of them there
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT v.attrelid::regclass AS view, v.attname AS name, coalesce(col_description(m.attrelid, m.attnum), col_description(r.attrelid, r.attnum)) AS said
    FROM pg_attribute v
    LEFT JOIN pg_attribute m ON m.attrelid = 'nightscore.metric_value'::regclass AND m.attname = v.attname
    LEFT JOIN pg_attribute r ON r.attrelid = 'nightscore.run'::regclass AND r.attname = v.attname
    WHERE v.attrelid IN ('nightscore.latest_run'::regclass, 'nightscore.latest_metric'::regclass, 'nightscore.drift_daily'::regclass,
                         'nightscore.accuracy_daily'::regclass)
      AND col_description(v.attrelid, v.attnum) IS NULL
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', found.view, found.name, found.said);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA nightscore TO nightscore_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA nightscore TO nightscore_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA nightscore TO nightscore_reader;
REVOKE SELECT ON nightscore.model_artifact FROM nightscore_reader;
