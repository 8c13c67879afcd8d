import type { ParquetOptions } from '../../activities/data/sinks/parquet-sink'
import type { RunSink, SinkRun } from '../../activities/data/sinks/sink'
import type { ShardResult } from '../../schemas/run'
import { attemptShard, patient, sinkRows, sinkRun, type Attempt, type Row } from './sink-contract-run'

/** A sink under test: one job's, fresh for each test. */
export interface SinkUnderTest {
  readonly postgres: boolean
  readonly parquet: ParquetOptions | null
  sink(run: SinkRun): RunSink
  /** Rows that a reader of the batch sees, from each place that there is, with the run that wrote them. */
  visible(batch: string): Promise<readonly VisibleRows[]>
  /** Tables and folders of runs that there are, whether visible or not. */
  leftovers(): Promise<readonly string[]>
}

export interface VisibleRows {
  readonly count: number
  readonly ids: number
  readonly carriers: readonly string[]
  readonly revisions: readonly number[]
  readonly runIds: readonly string[]
  readonly modelVersions: readonly number[]
}

/** What every sink promises (activities/data/sinks/sink.ts). */
export function describeSink(name: string, open: () => Promise<SinkUnderTest>): void {
  describe(name, () => {
    let under: SinkUnderTest
    const revisionOf = new Map<string, number>()
    beforeEach(async () => {
      under = await open()
      revisionOf.clear()
    })

    const attempt = (run: SinkRun, shardNo: number, rows: readonly Row[]): Promise<Attempt> =>
      attemptShard(under.sink(run), run, under, shardNo, rows)
    const commit = async (run: SinkRun, shardNo: number, rows: readonly Row[]): Promise<ShardResult> => {
      const { transaction, result } = await attempt(run, shardNo, rows)
      return transaction.commit(result)
    }
    /** A run of two shards, 1,500 rows, ready for its check. */
    const scored = async (changes: Partial<SinkRun> = {}): Promise<SinkRun> => {
      const run = sinkRun(changes)
      await under.sink(run).prepare()
      await commit(run, 0, sinkRows(1_000, run.revision))
      await commit(run, 1, sinkRows(500, run.revision, 1_000))
      return run
    }
    const published = async (changes: Partial<SinkRun> = {}): Promise<SinkRun> => {
      const run = await scored(changes)
      await under.sink(run).check(2)
      await under.sink(run).publish()
      return run
    }
    const expectVisible = async (run: SinkRun, count: number): Promise<void> => {
      for (const rows of await under.visible(run.batch))
        expect(rows).toEqual({
          count,
          ids: count,
          carriers: [`r${run.revision}`],
          revisions: [run.revision],
          runIds: [run.runId],
          modelVersions: [run.modelVersion],
        })
    }
    const expectNothing = async (batch: string): Promise<void> => {
      for (const rows of await under.visible(batch)) expect(rows.count).toBe(0)
    }
    const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown

    test('a run is seen whole when it is published, and not before', async () => {
      const run = await scored()
      await expectNothing(run.batch)
      expect(await under.sink(run).check(2)).toEqual({ rows: 1_500 })
      await expectNothing(run.batch)
      await under.sink(run).publish()
      await expectVisible(run, 1_500)
    })

    test('a rerun replaces its batch and touches no other', async () => {
      const other = await published({ batch: '2013-07-05' })
      await published()
      const second = await published({ revision: 2 })
      await expectVisible(second, 1_500)
      await expectVisible(other, 1_500)
    })

    test('every call may be repeated', async () => {
      const run = await scored()
      await under.sink(run).prepare()
      expect(await under.sink(run).check(2)).toEqual({ rows: 1_500 })
      expect(await under.sink(run).check(2)).toEqual({ rows: 1_500 })
      await under.sink(run).publish()
      await under.sink(run).publish()
      expect(await under.sink(run).check(2)).toEqual({ rows: 1_500 })
      await expectVisible(run, 1_500)
      const failed = await scored({ revision: 2 })
      for (const keep of [true, true, false, false]) await under.sink(failed).close({ keep })
      await expectVisible(run, 1_500)
    })

    test('a shard that is committed already answers with the first attempt’s result, its rows once', async () => {
      const run = await scored()
      const [first] = await under.sink(run).committedShards()
      const second = await attempt(run, 0, sinkRows(1_000, run.revision))
      const answer = await second.transaction.commit({ ...second.result, digest: 'second' })
      expect(answer).toEqual(first)
      expect(await under.sink(run).committedShard(0)).toEqual(first)
      await under.sink(run).check(2)
      await under.sink(run).publish()
      await expectVisible(run, 1_500)
    })

    test('of two attempts that commit at the same time, one does', async () => {
      const run = await scored()
      const both = await Promise.all([1, 2].map(() => attempt(run, 2, sinkRows(10, 1, 5_000))))
      const [one, two] = await Promise.all(
        both.map(({ transaction, result }, i) => transaction.commit({ ...result, digest: `attempt ${i}` })),
      )
      expect(one).toEqual(two)
      expect(await under.sink(run).check(3)).toEqual({ rows: 1_510 })
    })

    test('a shard that is rolled back leaves no row, and can be scored again', async () => {
      const run = await scored()
      const { transaction } = await attempt(run, 2, sinkRows(10, 1, 5_000))
      await transaction.rollback()
      await transaction.rollback()
      expect(await under.sink(run).committedShard(2)).toBeNull()
      await commit(run, 2, sinkRows(7, 1, 5_000))
      expect(await under.sink(run).check(3)).toEqual({ rows: 1_507 })
    })

    test('shards without rows, and runs without rows, are published too', async () => {
      const run = sinkRun()
      await under.sink(run).prepare()
      await commit(run, 0, [])
      expect(await under.sink(run).check(1)).toEqual({ rows: 0 })
      await under.sink(run).publish()
      await expectNothing(run.batch)
    })

    test('no shard begins or commits once the check has closed the fence', async () => {
      const run = await scored()
      const late = await attempt(run, 2, sinkRows(10, 1, 5_000))
      await under.sink(run).check(2)
      await expect(late.transaction.commit(late.result)).rejects.toThrow()
      await expect(under.sink(run).beginShard(3, patient)).rejects.toEqual(code('RUN_STATE'))
      await under.sink(run).publish()
      await expectVisible(run, 1_500)
    })

    test('a shard that is not committed fails the check by its number', async () => {
      const run = sinkRun()
      await under.sink(run).prepare()
      await commit(run, 0, sinkRows(5))
      await commit(run, 2, sinkRows(5, 1, 10))
      await expect(under.sink(run).check(4)).rejects.toThrow(
        /2 of 4 shards not committed \(1, 3\).*\[RUN_SHARD_MISSING\]/,
      )
      await expect(under.sink(run).check(2)).rejects.toThrow(/\[RUN_SHARD_MISSING\]/)
      await expect(under.sink(run).check(1)).rejects.toEqual(code('RUN_ACCOUNTING'))
    })

    test('keys that are there twice fail the check with ten of them, and the former predictions stay', async () => {
      const former = await published()
      const run = await scored({ revision: 2 })
      await commit(run, 2, [...sinkRows(20, 2, 100), ...sinkRows(1, 2, 100)])
      const failure = under.sink(run).check(3)
      await expect(failure).rejects.toThrow(
        /found 20 keys in 41 rows: \(100\) 3 times; \(101\) 2 times; .*\(109\) 2 times; expected one row for each \(id\)\. .*\[DUPLICATE_KEYS\]/,
      )
      await expect(under.sink(run).check(3)).rejects.toEqual(code('DUPLICATE_KEYS'))
      await expect(under.sink(run).publish()).rejects.toEqual(code('RUN_STATE'))
      await under.sink(run).close({ keep: true })
      await expectVisible(former, 1_500)
    })

    test('a run that failed is resumed: only its missing shards are scored', async () => {
      const run = await scored()
      await expect(under.sink(run).check(3)).rejects.toEqual(code('RUN_SHARD_MISSING'))
      await under.sink(run).close({ keep: true })
      await expect(under.sink(run).beginShard(2, patient)).rejects.toEqual(code('RUN_STATE'))
      await expect(under.sink(run).prepare()).rejects.toEqual(code('RUN_STATE'))
      await under.sink(run).reopen()
      await under.sink(run).reopen()
      expect((await under.sink(run).committedShards()).map((shard) => shard.shardNo)).toEqual([0, 1])
      await commit(run, 2, sinkRows(10, 1, 5_000))
      expect(await under.sink(run).check(3)).toEqual({ rows: 1_510 })
      await under.sink(run).publish()
      await expectVisible(run, 1_510)
    })

    test('a run that failed after its check is resumed and checked again', async () => {
      const run = await scored()
      await under.sink(run).check(2)
      await under.sink(run).close({ keep: true })
      await under.sink(run).reopen()
      expect(await under.sink(run).check(2)).toEqual({ rows: 1_500 })
      await under.sink(run).publish()
      await expectVisible(run, 1_500)
    })

    test('a run that failed before it was prepared is prepared when it is resumed', async () => {
      const run = sinkRun()
      await under.sink(run).close({ keep: true })
      await under.sink(run).reopen()
      await commit(run, 0, sinkRows(3))
      expect(await under.sink(run).check(1)).toEqual({ rows: 3 })
    })

    test('a run that is dropped leaves nothing, and cannot come back', async () => {
      const former = await published()
      const kept = await under.leftovers()
      const run = await scored({ revision: 2 })
      await under.sink(run).check(2)
      await under.sink(run).close({ keep: false })
      expect(await under.leftovers()).toEqual(kept)
      expect(await under.sink(run).committedShards()).toEqual([])
      await expect(under.sink(run).reopen()).rejects.toEqual(code('RUN_STATE'))
      await expect(under.sink(run).prepare()).rejects.toEqual(code('RUN_STATE'))
      await expect(under.sink(run).publish()).rejects.toEqual(code('RUN_STATE'))
      await expectVisible(former, 1_500)
    })

    test('closing a published run changes nothing', async () => {
      const run = await published()
      await under.sink(run).close({ keep: false })
      await expectVisible(run, 1_500)
      await expect(under.sink(run).reopen()).rejects.toEqual(code('RUN_STATE'))
    })

    test('a run is not published before it is checked', async () => {
      const run = await scored()
      await expect(under.sink(run).publish()).rejects.toEqual(code('RUN_STATE'))
      await expectNothing(run.batch)
    })

    test('an older revision that comes late does not replace a newer one', async () => {
      const old = await scored({ revision: 1 })
      await under.sink(old).check(2)
      const young = await published({ revision: 2 })
      await expect(under.sink(old).publish()).rejects.toEqual(code('RUN_STATE'))
      await expectVisible(young, 1_500)
    })

    test('the latest revision of a batch counts every other run that ever entered', async () => {
      const run = sinkRun({ revision: 4 })
      expect(await under.sink(run).latestRevision()).toBe(0)
      await under.sink(run).prepare()
      expect(await under.sink(run).latestRevision()).toBe(0)
      await under.sink(run).close({ keep: false })
      expect(await under.sink(sinkRun()).latestRevision()).toBe(4)
      expect(await under.sink(sinkRun({ batch: '2013-07-05' })).latestRevision()).toBe(0)
      await expect(under.sink(sinkRun({ revision: 4 })).prepare()).rejects.toEqual(code('SINK_INVALID'))
    })

    test('results come back as they were committed', async () => {
      const run = sinkRun()
      await under.sink(run).prepare()
      const { transaction, result } = await attempt(run, 0, sinkRows(2))
      const told = {
        ...result,
        scoreSum: 0.1 + 0.2,
        outOfRange: { 'a "b"': 3 },
        quarantinedBy: { MISSING: 1 },
      }
      expect(await transaction.commit(told)).toEqual(told)
      expect(await under.sink(run).committedShards()).toEqual([told])
    })

    test('many runs of other batches are prepared and published at the same time', async () => {
      const runs = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((batch) => published({ batch })))
      for (const run of runs) await expectVisible(run, 1_500)
    })

    test('column names with quotes, semicolons, spaces and unicode are names', async () => {
      const run = sinkRun({
        keys: [
          { name: 'id', type: 'bigint' },
          { name: `k"; DROP TABLE x; --`, type: 'text' },
        ],
        carry: [
          { name: 'carrier', type: 'text' },
          { name: "it's ünï ✈ code", type: 'double precision' },
        ],
      })
      await under.sink(run).prepare()
      await commit(run, 0, [[1n, "'; DROP", 'r1', 0.25, 1.5, true]])
      await under.sink(run).check(1)
      await under.sink(run).publish()
      await expectVisible(run, 1)
    })

    describe('a former revision', () => {
      test('is made visible again, whole, and the next run replaces it', async () => {
        const other = await published({ batch: '2013-07-05', revision: 4 })
        const first = await published()
        const second = await published({ revision: 2 })
        await under.sink(first).republish(second.runId)
        await expectVisible(first, 1_500)
        await under.sink(second).republish(first.runId)
        await expectVisible(second, 1_500)
        await under.sink(first).republish(second.runId)
        const third = await published({ revision: 3 })
        await expectVisible(third, 1_500)
        await expectVisible(other, 1_500)
      })

      test('is there once, however often it is asked for, and whatever publishing and closing are repeated', async () => {
        const first = await published()
        const second = await published({ revision: 2 })
        await under.sink(first).republish(second.runId)
        await under.sink(first).republish(second.runId)
        await under.sink(first).publish()
        await under.sink(second).publish()
        await under.sink(second).close({ keep: false })
        await expectVisible(first, 1_500)
        const failed = await scored({ revision: 3 })
        await under.sink(failed).close({ keep: false })
        await expectVisible(first, 1_500)
      })

      test('stays away where another run became visible meanwhile', async () => {
        const first = await published()
        const second = await published({ revision: 2 })
        const third = await published({ revision: 3 })
        await expect(under.sink(first).republish(second.runId)).rejects.toEqual(code('RUN_STATE'))
        await expectVisible(third, 1_500)
        await under.sink(first).republish(third.runId)
        await expect(under.sink(second).republish(third.runId)).rejects.toEqual(code('RUN_STATE'))
        await expectVisible(first, 1_500)
      })

      test('is no run that was never published', async () => {
        const first = await published()
        const second = await scored({ revision: 2 })
        await under.sink(second).check(2)
        await expect(under.sink(second).republish(first.runId)).rejects.toEqual(code('RUN_STATE'))
        await under.sink(second).close({ keep: false })
        await expect(under.sink(second).republish(first.runId)).rejects.toEqual(code('REVISION_GONE'))
        await expect(under.sink(sinkRun({ revision: 9 })).republish(first.runId)).rejects.toEqual(
          code('REVISION_GONE'),
        )
        await expectVisible(first, 1_500)
      })

      test('that is asked for while another run publishes comes before it or not at all', async () => {
        const first = await published()
        const second = await published({ revision: 2 })
        const third = await scored({ revision: 3 })
        await under.sink(third).check(2)
        await Promise.all([
          under.sink(third).publish(),
          under
            .sink(first)
            .republish(second.runId)
            .catch((error: unknown) => expect(error).toEqual(code('RUN_STATE'))),
        ])
        await expectVisible(third, 1_500)
      })
    })

    test.each<[string, Partial<SinkRun>]>([
      ['a key', { keys: [{ name: 'run_id', type: 'bigint' }] }],
      ['a carried column', { carry: [{ name: 'score', type: 'text' }] }],
      ['a prediction', { predictions: [{ name: 'batch', type: 'real' }] }],
    ])('%s with a name that is taken is refused before anything is made', async (_, changes) => {
      await expect(under.sink(sinkRun(changes)).prepare()).rejects.toEqual(code('SINK_INVALID'))
    })
  })
}
