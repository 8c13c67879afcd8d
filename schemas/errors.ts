import { s3Errors } from './s3-errors'

/** One entry of the error catalogue. `retryable`: may the same call succeed later without anybody's help? */
export interface ErrorEntry {
  /** What went wrong, as a sentence without the values. */
  readonly what: string
  /** What to do about it. */
  readonly fix: string
  readonly retryable: boolean
}

const entry = (what: string, fix: string, retryable = false): ErrorEntry => ({ what, fix, retryable })

/** Every error that Nightscore raises, by code. docs/errors.md is checked against this table. */
export const errorCatalogue = {
  // input of workflows and commands
  INPUT_INVALID: entry('The input is not what this workflow or command takes', 'Correct the named field.'),
  BATCH_KEY_INVALID: entry(
    'The batch key cannot be used',
    'Use letters, digits and . _ : + - only, at most 64, starting with a letter or digit, without "..".',
  ),
  CONFIG_INVALID: entry('The environment is not configured correctly', 'Set the named variable.'),
  // job files
  JOB_INVALID: entry(
    'The job file is not valid',
    'Correct the named field; schemas/job.schema.json describes all of them.',
  ),
  JOB_NOT_FOUND: entry('No such job', 'Apply its file first: nightscore apply FILE.'),
  JOB_SINK_TAKEN: entry('The sink belongs to another job', 'Give this job a sink of its own.'),
  EXPRESSION_REFUSED: entry(
    'The SQL expression is not row-wise',
    'Use one scalar expression over the columns of one row: no subquery, aggregate, window, volatile or clock function, no file, no second statement.',
  ),
  EXPRESSION_INVALID: entry(
    'DuckDB refuses the SQL expression',
    'Correct the expression; column names with capitals or spaces need "double quotes".',
  ),
  COLUMN_MISSING: entry(
    'The source has no such column',
    'Correct the name, or add a feature expression for it to the job.',
  ),
  COLUMN_TYPE_UNSUPPORTED: entry(
    'The column has a type that cannot be used here',
    'Convert it in the job: a feature expression or a Postgres query with a cast.',
  ),
  PATH_OUTSIDE_ROOTS: entry(
    'The path leaves the data roots',
    'Move the data under the job file’s folder, or name its folder in NIGHTSCORE_DATA_ROOTS.',
  ),
  // sources
  SOURCE_NO_FILES: entry(
    'No file matches the source path',
    'Check the path and the batch key; template parts come from the batch.',
  ),
  SOURCE_FILE_UNREADABLE: entry(
    'The source file cannot be read',
    'Write the file again; it is empty, truncated or not of this format.',
  ),
  SOURCE_SCHEMAS_DIFFER: entry(
    'The source files do not have the same columns',
    'Write them with one schema, or narrow the path.',
  ),
  SOURCE_CHANGED: entry(
    'A source file changed after the run was planned',
    'Start a new run; write new data under a new name and rename it into place.',
  ),
  SOURCE_ROWS_TOO_FEW: entry(
    'The batch has fewer rows than the job demands',
    'Check that the data arrived, or lower quality.minRows.',
  ),
  SOURCE_QUERY_FAILED: entry(
    'Postgres refuses the source query',
    'Correct the query; it runs read-only and sees $batch as text.',
  ),
  STORE_CORRUPT: entry(
    'A staged file is not what was written',
    'Start a new run: it stages the source again.',
  ),
  // connections
  CONNECTION_NOT_SET: entry(
    'The connection is not set',
    'Set the named environment variable to a postgres:// URL where the worker runs.',
  ),
  CONNECTION_REFUSED: entry(
    'The database does not answer',
    'Check that it runs and that host and port are right; the call is repeated by itself.',
    true,
  ),
  CONNECTION_PASSWORD: entry('The database refuses the user or password', 'Correct the connection’s URL.'),
  CONNECTION_TLS: entry(
    'The TLS connection cannot be verified',
    'Give the right CA with sslrootcert=, or the host name that the certificate names.',
  ),
  DATABASE_PERMISSION: entry(
    'The database role lacks a privilege',
    'Grant it; docs/operations.md lists what each role needs.',
  ),
  DATABASE_FAILED: entry(
    'The database failed',
    'The call is repeated by itself; see the database’s log if it goes on.',
    true,
  ),
  ...s3Errors,
  TEMPORAL_REFUSED: entry('Temporal refuses what is asked of it', 'nightscore doctor tells what it lacks.'),
  TEMPORAL_UNREACHABLE: entry(
    'Temporal cannot be reached',
    'Check TEMPORAL_ADDRESS, TEMPORAL_TLS_* and TEMPORAL_API_KEY; nightscore up starts a local server.',
    true,
  ),
  DATABASE_NOT_MIGRATED: entry('The database lacks Nightscore’s tables', 'Run nightscore migrate.'),
  // models
  MODEL_MANIFEST_INVALID: entry(
    'model.yaml is not valid',
    'Correct the named field; schemas/model.schema.json describes all of them.',
  ),
  MODEL_FILE_MISSING: entry('The model package lacks a file', 'Put the named file beside model.yaml.'),
  MODEL_NOT_ONNX: entry('The file is not an ONNX model that ONNX Runtime opens', 'Export it again as ONNX.'),
  MODEL_SIGNATURE_MISMATCH: entry(
    'The model’s inputs or outputs are not what model.yaml says',
    'Make model.yaml and model.onnx agree.',
  ),
  MODEL_OUTPUT_NOT_TENSOR: entry(
    'The model’s output is a sequence or map, not a tensor',
    'Export with zipmap=False (skl2onnx: options={id(model): {"zipmap": False}}; onnxmltools: zipmap=False).',
  ),
  MODEL_GOLDEN_MISMATCH: entry(
    'The model does not reproduce its golden rows',
    'Check feature order, categories and missing rules against the training code; or widen tolerance in model.yaml.',
  ),
  MODEL_GOLDEN_INVALID: entry(
    'golden.parquet or reference.parquet cannot be used',
    'Write the named columns.',
  ),
  MODEL_NOT_FOUND: entry('No such model, version or alias', 'See nightscore model list.'),
  MODEL_VERSION_EXISTS: entry('This package is registered already', 'Use the version named.'),
  MODEL_KEY_MISSING: entry(
    'The model is encrypted with a key that is not set',
    'Set NIGHTSCORE_MODEL_KEY (or NIGHTSCORE_MODEL_KEYS_OLD) to the named key.',
  ),
  MODEL_BYTES_CORRUPT: entry('The stored model is not what was registered', 'Register the package again.'),
  PROMOTION_REFUSED: entry(
    'The version does not pass what its promotion asks for',
    'Get what is missing; or promote it all the same with --force --why TEXT, which its history tells.',
  ),
  MODEL_RUN_FAILED: entry(
    'ONNX Runtime failed on the rows',
    'Check the model with nightscore preview; the message is ONNX Runtime’s own.',
  ),
  SHADOW_INVALID: entry(
    'The shadow cannot be scored beside the model',
    'Name another shadow, or none; see nightscore model show.',
  ),
  // runs
  RUN_IN_PROGRESS: entry(
    'Another run of this batch is under way',
    'Wait for it, or cancel it: nightscore run cancel.',
  ),
  RUN_WAITS: entry(
    'The run waits for its turn',
    'Nothing: it begins by itself. Raise maxConcurrentRuns of the job to let more run at a time.',
    true,
  ),
  RUN_NOT_FOUND: entry('No such run', 'See nightscore run list.'),
  RUN_STATE: entry('The run is not in a state that allows this', 'See nightscore run show.'),
  RUN_SHARD_MISSING: entry('Shards of the run are not committed', 'Resume the run: nightscore run resume.'),
  RUN_ACCOUNTING: entry(
    'The run’s counts do not add up',
    'Please report this with nightscore run show --json.',
  ),
  RUN_QUARANTINE_LIMIT: entry(
    'Too many rows are quarantined',
    'Look at nightscore.quarantine for this run; mend the data, or raise quality.maxQuarantinedShare.',
  ),
  GATE_FAILED: entry(
    'A gate of the job failed the run',
    'Read its report: nightscore report RUN. Mend the data or the model, or change the gate; the batch’s former predictions stay.',
  ),
  HOLD_REJECTED: entry(
    'A gate held the run back, and it was rejected',
    'Read its report: nightscore report RUN. The batch’s former predictions stay; run it again when the cause is gone.',
  ),
  HOLD_TIMED_OUT: entry(
    'A gate held the run back, and nobody decided in time',
    'Run the batch again and decide with nightscore run approve or reject; hold.timeout of the job sets the time.',
  ),
  REFERENCE_INVALID: entry(
    'The reference cannot be made',
    'Correct monitor.reference, or the file that it names.',
  ),
  LABELS_INVALID: entry(
    'The labels cannot be read',
    'Correct the job’s labels, or the file: key columns and the label by their names.',
  ),
  NOT_PUBLISHED_YET: entry(
    'The batch has no published run',
    'Score it first: nightscore run JOB --batch KEY.',
  ),
  SCHEDULE_NOT_FOUND: entry(
    'The job has no schedule',
    'Add schedule: to its file and apply it: nightscore apply FILE.',
  ),
  REPORT_NOT_FOUND: entry(
    'The run has no report',
    'Reports are made when a run was checked; see nightscore run show.',
  ),
  REVISION_GONE: entry(
    'The revision is no longer kept',
    'Score the batch again: nightscore run JOB --batch KEY. retention.revisions in the job says how many are kept.',
  ),
  NOTHING_TO_ROLL_BACK: entry(
    'There is nothing to go back to',
    'See nightscore run list and nightscore model show; name the revision or version that is wanted.',
  ),
  DUPLICATE_KEYS: entry('The batch has rows with the same key', 'Mend the source, or name more key columns.'),
  SINK_INVALID: entry(
    'The predictions table cannot take this job’s columns',
    'Name another sink, or drop the old one.',
  ),
  SINK_BUSY: entry(
    'The predictions table is locked by others',
    'The call is repeated by itself; end the long ALTER or LOCK on it.',
    true,
  ),
  VALUE_NOT_STORABLE: entry(
    'A key, carried column or prediction holds a value that its Postgres type cannot',
    'Convert the column in the source, or leave it out of carry.',
  ),
  SINK_PATH_FAILED: entry(
    'The Parquet sink cannot be written',
    'Check the folder’s permissions and free space.',
    true,
  ),
  ALERT_FAILED: entry(
    'The webhook did not take the alert',
    'The call is repeated by itself for a day; see nightscore.alert.',
    true,
  ),
  ALERT_REFUSED: entry(
    'The webhook refuses the alert',
    'Correct the URL in the variable that alerts.webhook names; try it with nightscore alert test JOB.',
  ),
  WORKER_STOPPING: entry(
    'The worker is shutting down and hands its shard back',
    'Nothing: another worker takes it.',
    true,
  ),
  STACK_FAILED: entry(
    'The local stack cannot be started',
    'Mend what is said, or set DATABASE_URL and TEMPORAL_ADDRESS to servers that run elsewhere.',
  ),
  NOT_BUILT: entry('A part of the installation is missing', 'Run npm run setup.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue

/** What an error tells beside its code: the value found and the value expected, both as people would write them. */
export interface ErrorFacts {
  readonly found: string
  readonly expected: string
  /** Replaces the catalogue's advice where the place knows better. */
  readonly fix?: string
  /** Of a retryable error: not before so long, as the other side asked. */
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/**
 * The one error class. Its message reads: what; found …; expected …. fix [CODE].
 * @example throw new NightscoreError('SOURCE_NO_FILES', { found: 'no file for data/2013-07-04/*.parquet', expected: 'at least one' })
 */
export class NightscoreError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, facts: ErrorFacts) {
    const { what, fix } = errorCatalogue[code]
    super(`${what}: found ${facts.found}; expected ${facts.expected}. ${facts.fix ?? fix} [${code}]`, {
      cause: facts.cause,
    })
    this.name = 'NightscoreError'
    this.code = code
    this.facts = facts
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable
  }
}

export { type QuarantineReason, quarantineReasons } from './quarantine-reasons'
