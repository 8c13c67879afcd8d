import { predictionNames } from '../../../../activities/data/sinks/prediction-names'
import * as sql from '../../../../activities/data/sinks/prediction-sql'
import { sinkRun } from '../../../contracts/sink-contract-run'

const runId = '6f1c2d7e-0b5a-4c0e-9d7f-2a4b6c8d0e1f'
const run = sinkRun({ runId, revision: 3, keys: [{ name: 'flight "id"', type: 'bigint' }] })
const names = predictionNames({ schema: 's', table: 'p' }, runId)
const runTable = '"s"."nightscore_run_6f1c2d7e0b5a4c0e9d7f2a4b6c8d0e1f"'

test.each<[string, string | readonly string[], string | readonly string[]]>([
  [
    'the table of all revisions',
    sql.createAllTable(names, run),
    'CREATE TABLE "s"."p_all" ("batch" text COLLATE "C" NOT NULL, "revision" integer NOT NULL, "flight ""id""" bigint NOT NULL, ' +
      '"carrier" text, "score" real, "label" boolean, "model_version" integer NOT NULL, "run_id" uuid NOT NULL, ' +
      'PRIMARY KEY ("batch", "revision", "flight ""id""")) PARTITION BY RANGE (batch, revision)',
  ],
  [
    'the pointers',
    sql.createLiveTable(names),
    'CREATE TABLE "s"."p_live" (batch text COLLATE "C" PRIMARY KEY, revision integer NOT NULL, run_id uuid NOT NULL, published_at timestamptz NOT NULL DEFAULT now())',
  ],
  [
    'the view',
    sql.createView(names, ['batch', 'a "b"']),
    'CREATE OR REPLACE VIEW "s"."p" AS SELECT a."batch", a."a ""b""" FROM "s"."p_live" l JOIN "s"."p_all" a ON a.batch = l.batch AND a.revision = l.revision',
  ],
  [
    'the run’s own table',
    sql.createRunTable(names, run),
    [
      `CREATE TABLE ${runTable} (LIKE "s"."p_all", CONSTRAINT "nightscore_run_6f1c2d7e0b5a4c0e9d7f2a4b6c8d0e1f_batch" CHECK (batch = '2013-07-04' AND revision = 3))`,
      `ALTER TABLE ${runTable} ALTER COLUMN batch SET DEFAULT '2013-07-04', ALTER COLUMN revision SET DEFAULT 3, ` +
        `ALTER COLUMN model_version SET DEFAULT 7, ALTER COLUMN run_id SET DEFAULT '${runId}'`,
    ],
  ],
  [
    'the COPY',
    sql.copyIntoRun(names, run),
    `COPY ${runTable} ("flight ""id""", "carrier", "score", "label") FROM STDIN (FORMAT binary)`,
  ],
  [
    'the key',
    sql.addRunKey(names, run),
    `ALTER TABLE ${runTable} ADD CONSTRAINT "nightscore_run_6f1c2d7e0b5a4c0e9d7f2a4b6c8d0e1f_key" PRIMARY KEY ("batch", "revision", "flight ""id""")`,
  ],
  [
    'the partition',
    sql.attachRun(names, run),
    `ALTER TABLE "s"."p_all" ATTACH PARTITION ${runTable} FOR VALUES FROM ('2013-07-04', 3) TO ('2013-07-04', 4)`,
  ],
  [
    'new columns',
    sql.addColumns('t', [
      { name: 'a "b"', type: 'real[]' },
      { name: 'c', type: 'date' },
    ]),
    'ALTER TABLE t ADD COLUMN "a ""b""" real[], ADD COLUMN "c" date',
  ],
])('%s', (_, text, expected) => {
  expect(text).toEqual(expected)
})
