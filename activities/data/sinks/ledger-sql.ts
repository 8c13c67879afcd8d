/** The statements that create a ledger; both names quoted. Every column has a COMMENT. */
export function createLedger(runTable: string, commitTable: string): readonly string[] {
  const comments: readonly (readonly [string, string])[] = [
    [
      `TABLE ${runTable}`,
      'Runs that write into the sinks of this schema: the fence that their shards commit behind',
    ],
    [`COLUMN ${runTable}.run_id`, 'The run; nightscore.run in the control database'],
    [`COLUMN ${runTable}.sink`, 'The predictions table or Parquet folder'],
    [`COLUMN ${runTable}.job`, 'The job'],
    [`COLUMN ${runTable}.batch`, 'The batch key'],
    [`COLUMN ${runTable}.revision`, 'Which attempt of this batch: 1, 2, 3 ...'],
    [
      `COLUMN ${runTable}.state`,
      'scoring: shards commit; checking, checked, published, closed: none does any more',
    ],
    [`COLUMN ${runTable}.rows`, 'Rows of predictions; null until checked'],
    [`COLUMN ${runTable}.opened_at`, 'When the run was prepared'],
    [
      `COLUMN ${runTable}.changed_at`,
      'When its state last changed; of a published run: when it last became visible',
    ],
    [
      `TABLE ${commitTable}`,
      'Shards whose predictions are committed; each row in the transaction of its predictions',
    ],
    [`COLUMN ${commitTable}.run_id`, 'The run'],
    [`COLUMN ${commitTable}.shard_no`, '0, 1, 2 ...'],
    [`COLUMN ${commitTable}.digest`, 'SHA-256 over the rows as written'],
    [`COLUMN ${commitTable}.result`, 'Counts, timings and file of the shard'],
    [`COLUMN ${commitTable}.committed_at`, 'When its transaction began'],
  ]
  return [
    `CREATE TABLE ${runTable} (
       run_id uuid PRIMARY KEY,
       sink text NOT NULL,
       job text NOT NULL,
       batch text COLLATE "C" NOT NULL,
       revision integer NOT NULL,
       state text NOT NULL DEFAULT 'scoring' CHECK (state IN ('scoring', 'checking', 'checked', 'published', 'closed')),
       rows bigint,
       opened_at timestamptz NOT NULL DEFAULT now(),
       changed_at timestamptz NOT NULL DEFAULT now(),
       UNIQUE (sink, batch, revision))`,
    `CREATE TABLE ${commitTable} (
       run_id uuid NOT NULL,
       shard_no integer NOT NULL,
       digest text NOT NULL,
       result jsonb NOT NULL,
       committed_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (run_id, shard_no))`,
    ...comments.map(([on, text]) => `COMMENT ON ${on} IS '${text}'`),
    ...addProfile(commitTable),
  ]
}

/** The statements that give a ledger its column of profiles. They do not compress: they are samples of numbers. */
export function addProfile(commitTable: string): readonly string[] {
  return [
    `ALTER TABLE ${commitTable} ADD COLUMN profile bytea`,
    `ALTER TABLE ${commitTable} ALTER COLUMN profile SET STORAGE EXTERNAL`,
    `COMMENT ON COLUMN ${commitTable}.profile IS 'Counts, moments and a sample of the shard''s rows, for drift'`,
  ]
}
