-- The control database: what Nightscore knows of models, jobs and runs. Every column has a COMMENT (tested).
CREATE SCHEMA IF NOT EXISTS nightscore;
COMMENT ON SCHEMA nightscore IS 'Nightscore: models, jobs, runs and what they came to';

CREATE TABLE nightscore.model (
  name        text PRIMARY KEY,
  task        text NOT NULL CHECK (task IN ('binary', 'multiclass', 'regression', 'raw')),
  created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE nightscore.model IS 'Models by name';
COMMENT ON COLUMN nightscore.model.name IS 'Name, as in model.yaml';
COMMENT ON COLUMN nightscore.model.task IS 'binary, multiclass, regression or raw; the same for all versions';
COMMENT ON COLUMN nightscore.model.created_at IS 'When the first version was registered';

CREATE TABLE nightscore.model_artifact (
  sha256      text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes  bigint NOT NULL CHECK (size_bytes >= 0),
  bytes       bytea NOT NULL,
  key_id      text,
  nonce       bytea CHECK ((key_id IS NULL) = (nonce IS NULL)),
  created_at  timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE nightscore.model_artifact ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE nightscore.model_artifact IS 'Files of model packages, each content once';
COMMENT ON COLUMN nightscore.model_artifact.sha256 IS 'SHA-256 of the plain content, hexadecimal';
COMMENT ON COLUMN nightscore.model_artifact.size_bytes IS 'Bytes of the plain content';
COMMENT ON COLUMN nightscore.model_artifact.bytes IS 'The content; with a key_id: AES-256-GCM ciphertext followed by the 16-byte tag';
COMMENT ON COLUMN nightscore.model_artifact.key_id IS 'Which key encrypted it (first 16 hex digits of the key''s SHA-256); null: not encrypted';
COMMENT ON COLUMN nightscore.model_artifact.nonce IS 'The 12-byte nonce of AES-256-GCM; null: not encrypted';
COMMENT ON COLUMN nightscore.model_artifact.created_at IS 'When it was first stored';

CREATE TABLE nightscore.model_version (
  model            text NOT NULL REFERENCES nightscore.model (name),
  version          integer NOT NULL CHECK (version >= 1),
  package_sha256   text NOT NULL,
  manifest         jsonb NOT NULL,
  signature        jsonb NOT NULL,
  files            jsonb NOT NULL,
  runtime_version  text NOT NULL,
  golden           jsonb,
  created_at       timestamptz NOT NULL DEFAULT now(),
  created_by       text NOT NULL,
  PRIMARY KEY (model, version),
  UNIQUE (model, package_sha256)
);
COMMENT ON TABLE nightscore.model_version IS 'Immutable model packages';
COMMENT ON COLUMN nightscore.model_version.model IS 'The model''s name';
COMMENT ON COLUMN nightscore.model_version.version IS '1, 2, 3 ... in order of registration';
COMMENT ON COLUMN nightscore.model_version.package_sha256 IS 'SHA-256 over the names and SHA-256s of the package''s files';
COMMENT ON COLUMN nightscore.model_version.manifest IS 'model.yaml, validated, with defaults filled in';
COMMENT ON COLUMN nightscore.model_version.signature IS 'Inputs and outputs of model.onnx: name, element type, shape';
COMMENT ON COLUMN nightscore.model_version.files IS 'File name -> SHA-256 of its content in model_artifact';
COMMENT ON COLUMN nightscore.model_version.runtime_version IS 'ONNX Runtime that the golden rows were checked with at registration';
COMMENT ON COLUMN nightscore.model_version.golden IS 'Golden check: rows, max_abs_difference, max_rel_difference; null: the package has no golden rows';
COMMENT ON COLUMN nightscore.model_version.created_at IS 'When it was registered';
COMMENT ON COLUMN nightscore.model_version.created_by IS 'Who registered it: the operating system''s user name at its host';

CREATE TABLE nightscore.model_alias (
  model       text NOT NULL,
  alias       text NOT NULL,
  version     integer NOT NULL,
  changed_at  timestamptz NOT NULL DEFAULT now(),
  changed_by  text NOT NULL,
  why         text,
  PRIMARY KEY (model, alias),
  FOREIGN KEY (model, version) REFERENCES nightscore.model_version (model, version)
);
COMMENT ON TABLE nightscore.model_alias IS 'Where each alias points now';
COMMENT ON COLUMN nightscore.model_alias.model IS 'The model''s name';
COMMENT ON COLUMN nightscore.model_alias.alias IS 'champion, challenger or another name';
COMMENT ON COLUMN nightscore.model_alias.version IS 'The version it points at';
COMMENT ON COLUMN nightscore.model_alias.changed_at IS 'When it was pointed there';
COMMENT ON COLUMN nightscore.model_alias.changed_by IS 'Who did';
COMMENT ON COLUMN nightscore.model_alias.why IS 'The reason given, if any';

CREATE TABLE nightscore.model_alias_history (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model           text NOT NULL,
  alias           text NOT NULL,
  version         integer NOT NULL,
  former_version  integer,
  changed_at      timestamptz NOT NULL DEFAULT now(),
  changed_by      text NOT NULL,
  why             text
);
COMMENT ON TABLE nightscore.model_alias_history IS 'Every move of every alias';
COMMENT ON COLUMN nightscore.model_alias_history.id IS 'Order of the moves';
COMMENT ON COLUMN nightscore.model_alias_history.model IS 'The model''s name';
COMMENT ON COLUMN nightscore.model_alias_history.alias IS 'The alias that moved';
COMMENT ON COLUMN nightscore.model_alias_history.version IS 'Where it points from then on';
COMMENT ON COLUMN nightscore.model_alias_history.former_version IS 'Where it pointed before; null: it is new';
COMMENT ON COLUMN nightscore.model_alias_history.changed_at IS 'When it moved';
COMMENT ON COLUMN nightscore.model_alias_history.changed_by IS 'Who moved it';
COMMENT ON COLUMN nightscore.model_alias_history.why IS 'The reason given, if any';

CREATE TABLE nightscore.job (
  name        text NOT NULL,
  revision    integer NOT NULL CHECK (revision >= 1),
  folder      text NOT NULL,
  definition  jsonb NOT NULL,
  source_text text NOT NULL,
  sha256      text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  text NOT NULL,
  PRIMARY KEY (name, revision)
);
COMMENT ON TABLE nightscore.job IS 'Jobs as applied; the highest revision is in force';
COMMENT ON COLUMN nightscore.job.name IS 'The job''s name';
COMMENT ON COLUMN nightscore.job.revision IS '1, 2, 3 ...; each change of the file makes one';
COMMENT ON COLUMN nightscore.job.folder IS 'Absolute folder that the job''s relative paths start at';
COMMENT ON COLUMN nightscore.job.definition IS 'The job file, validated, with defaults filled in';
COMMENT ON COLUMN nightscore.job.source_text IS 'The job file as written';
COMMENT ON COLUMN nightscore.job.sha256 IS 'SHA-256 over folder and definition: an unchanged job makes no revision';
COMMENT ON COLUMN nightscore.job.created_at IS 'When it was applied';
COMMENT ON COLUMN nightscore.job.created_by IS 'Who applied it';

CREATE TABLE nightscore.run (
  run_id            uuid PRIMARY KEY,
  job               text NOT NULL,
  job_revision      integer NOT NULL,
  batch             text COLLATE "C" NOT NULL,
  revision          integer NOT NULL CHECK (revision >= 1),
  model             text NOT NULL,
  model_version     integer NOT NULL,
  state             text NOT NULL CHECK (state IN ('opening', 'planning', 'scoring', 'checking', 'held', 'publishing',
                      'published', 'failed', 'cancelled', 'rejected', 'superseded')),
  publish           boolean NOT NULL DEFAULT true,
  workflow_id       text NOT NULL,
  first_run_id      text NOT NULL,
  shards            integer,
  rows_read         bigint,
  rows_scored       bigint,
  rows_quarantined  bigint,
  rows_filtered     bigint,
  score_sum         double precision,
  plan              jsonb,
  error_code        text,
  error_message     text,
  opened_at         timestamptz NOT NULL DEFAULT now(),
  planned_at        timestamptz,
  scored_at         timestamptz,
  checked_at        timestamptz,
  published_at      timestamptz,
  ended_at          timestamptz,
  FOREIGN KEY (job, job_revision) REFERENCES nightscore.job (name, revision),
  FOREIGN KEY (model, model_version) REFERENCES nightscore.model_version (model, version),
  UNIQUE (job, batch, revision)
);
CREATE UNIQUE INDEX run_one_active ON nightscore.run (job, batch)
  WHERE state IN ('opening', 'planning', 'scoring', 'checking', 'held', 'publishing');
CREATE INDEX run_opened ON nightscore.run (opened_at);
CREATE INDEX run_workflow ON nightscore.run (workflow_id, first_run_id);
COMMENT ON TABLE nightscore.run IS 'Attempts to score a batch with one model version';
COMMENT ON COLUMN nightscore.run.run_id IS 'The run''s id';
COMMENT ON COLUMN nightscore.run.job IS 'The job';
COMMENT ON COLUMN nightscore.run.job_revision IS 'The job''s revision that the run follows';
COMMENT ON COLUMN nightscore.run.batch IS 'The batch key, such as 2013-07-04';
COMMENT ON COLUMN nightscore.run.revision IS 'Which attempt of this batch: 1, 2, 3 ...';
COMMENT ON COLUMN nightscore.run.model IS 'The model';
COMMENT ON COLUMN nightscore.run.model_version IS 'The version, resolved once when the run was opened';
COMMENT ON COLUMN nightscore.run.state IS 'opening, planning, scoring, checking, held, publishing, published, failed, cancelled, rejected or superseded';
COMMENT ON COLUMN nightscore.run.publish IS 'false: score and check only; the run ends as rejected';
COMMENT ON COLUMN nightscore.run.workflow_id IS 'The Temporal workflow that runs it';
COMMENT ON COLUMN nightscore.run.first_run_id IS 'That workflow''s first execution run id';
COMMENT ON COLUMN nightscore.run.shards IS 'Shards in the manifest; null before planning';
COMMENT ON COLUMN nightscore.run.rows_read IS 'Rows of the source files: scored + quarantined + filtered';
COMMENT ON COLUMN nightscore.run.rows_scored IS 'Rows with a prediction';
COMMENT ON COLUMN nightscore.run.rows_quarantined IS 'Rows that could not be scored: nightscore.quarantine';
COMMENT ON COLUMN nightscore.run.rows_filtered IS 'Rows that the job''s where leaves out';
COMMENT ON COLUMN nightscore.run.score_sum IS 'Sum of the scores or predictions, added in shard order; null for raw models';
COMMENT ON COLUMN nightscore.run.plan IS 'How shards are read: columns, features, where';
COMMENT ON COLUMN nightscore.run.error_code IS 'docs/errors.md; null unless failed or cancelled';
COMMENT ON COLUMN nightscore.run.error_message IS 'What was found, what was expected, what to do';
COMMENT ON COLUMN nightscore.run.opened_at IS 'When the run was opened';
COMMENT ON COLUMN nightscore.run.planned_at IS 'When the shard manifest was complete';
COMMENT ON COLUMN nightscore.run.scored_at IS 'When the last shard was committed';
COMMENT ON COLUMN nightscore.run.checked_at IS 'When the key was built and the counts agreed';
COMMENT ON COLUMN nightscore.run.published_at IS 'When it became the visible one';
COMMENT ON COLUMN nightscore.run.ended_at IS 'When it reached its last state';

CREATE TABLE nightscore.shard (
  run_id            uuid NOT NULL REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  shard_no          integer NOT NULL CHECK (shard_no >= 0),
  file              text NOT NULL,
  file_size_bytes   bigint NOT NULL,
  file_modified_ms  bigint NOT NULL,
  file_sha256       text,
  row_start         bigint NOT NULL,
  row_end           bigint NOT NULL,
  rows_read         bigint,
  rows_scored       bigint,
  rows_quarantined  bigint,
  rows_filtered     bigint,
  result            jsonb,
  worker            text,
  committed_at      timestamptz,
  PRIMARY KEY (run_id, shard_no)
);
COMMENT ON TABLE nightscore.shard IS 'The manifest of a run, written before anything is scored, and what came of each shard';
COMMENT ON COLUMN nightscore.shard.run_id IS 'The run';
COMMENT ON COLUMN nightscore.shard.shard_no IS '0, 1, 2 ... in the order of files and rows';
COMMENT ON COLUMN nightscore.shard.file IS 'The Parquet file, absolute';
COMMENT ON COLUMN nightscore.shard.file_size_bytes IS 'The file''s size when the run was planned';
COMMENT ON COLUMN nightscore.shard.file_modified_ms IS 'The file''s modification time when the run was planned, milliseconds since 1970';
COMMENT ON COLUMN nightscore.shard.file_sha256 IS 'SHA-256 of a staged file; null for the user''s own';
COMMENT ON COLUMN nightscore.shard.row_start IS 'First row, from 0';
COMMENT ON COLUMN nightscore.shard.row_end IS 'Row after the last';
COMMENT ON COLUMN nightscore.shard.rows_read IS 'Rows read; null until committed';
COMMENT ON COLUMN nightscore.shard.rows_scored IS 'Rows with a prediction';
COMMENT ON COLUMN nightscore.shard.rows_quarantined IS 'Rows that could not be scored';
COMMENT ON COLUMN nightscore.shard.rows_filtered IS 'Rows that the job''s where leaves out';
COMMENT ON COLUMN nightscore.shard.result IS 'A copy of nightscore_commit.result, the truth beside the predictions';
COMMENT ON COLUMN nightscore.shard.worker IS 'The worker that committed or found it';
COMMENT ON COLUMN nightscore.shard.committed_at IS 'When it was committed';

CREATE TABLE nightscore.quarantine (
  run_id       uuid NOT NULL REFERENCES nightscore.run (run_id) ON DELETE CASCADE,
  shard_no     integer NOT NULL,
  row_number   bigint NOT NULL,
  key          jsonb NOT NULL,
  column_name  text,
  reason_code  text NOT NULL,
  detail       text NOT NULL,
  raw_row      jsonb,
  PRIMARY KEY (run_id, shard_no, row_number)
);
COMMENT ON TABLE nightscore.quarantine IS 'Rows that could not be scored, with the reason';
COMMENT ON COLUMN nightscore.quarantine.run_id IS 'The run';
COMMENT ON COLUMN nightscore.quarantine.shard_no IS 'The shard';
COMMENT ON COLUMN nightscore.quarantine.row_number IS 'Row within the shard''s file, from 0';
COMMENT ON COLUMN nightscore.quarantine.key IS 'Key column -> value as text';
COMMENT ON COLUMN nightscore.quarantine.column_name IS 'The key column or feature at fault';
COMMENT ON COLUMN nightscore.quarantine.reason_code IS 'docs/errors.md, quarantine reasons';
COMMENT ON COLUMN nightscore.quarantine.detail IS 'What was found and what was expected';
COMMENT ON COLUMN nightscore.quarantine.raw_row IS 'The whole source row; null beyond the first 1,000 of a shard';

CREATE VIEW nightscore.latest_run AS
  SELECT DISTINCT ON (job, batch) *
  FROM nightscore.run
  ORDER BY job, batch, revision DESC;
COMMENT ON VIEW nightscore.latest_run IS 'The newest run of each batch of each job';
