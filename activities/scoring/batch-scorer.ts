import type { Data, RecordBatch } from 'apache-arrow'
import { scanBatchRows, type ScanPlan } from '../data/scan-plan'
import { BatchEncoder } from '../features/batch-encoder'
import { checkKeys } from '../features/check-keys'
import { inputLayout } from '../features/input-layout'
import { RowFaults, type RowFault } from '../features/row-faults'
import type { ModelManifest, ModelSignature } from '../../schemas/model-manifest'
import type { ModelSession } from './open-session'
import { predict, type PredictOptions } from './predict'
import { predictionPlan } from './prediction-plan'
import { predictionVectors } from './prediction-vectors'
import { runTimes } from './run-times'
import { takeRows } from './take-rows'

/** What became of a scanned batch: each of its rows is either scored or in `faults`. */
export interface ScoredBatch {
  /** The scored rows' places in the scanned batch, ascending. */
  readonly rows: Int32Array
  /** By prediction column, a value for each scored row. */
  readonly predictions: readonly Data[]
  /** Score or prediction of each scored row; null for raw models. */
  readonly scores: ArrayLike<number | bigint> | null
  readonly faults: readonly RowFault[]
}

/** Scores scanned batches with one opened model: validate, encode, infer. The one way from rows to predictions. */
export class BatchScorer {
  /** Milliseconds so far, and the runs of the model by how long they took. */
  readonly timings = { encodeMs: 0, inferMs: 0, runs: {} as Record<string, number> }
  private readonly options: PredictOptions
  private readonly encoder: BatchEncoder

  /** @throws NightscoreError MODEL_SIGNATURE_MISMATCH where manifest and signature disagree */
  constructor(
    private readonly session: ModelSession,
    { manifest, signature }: { readonly manifest: ModelManifest; readonly signature: ModelSignature },
    private readonly scan: ScanPlan,
    throwIfStopped: () => void = () => undefined,
  ) {
    const layout = inputLayout(manifest, signature)
    this.encoder = new BatchEncoder(layout, scan.features)
    const rowsPerRun = signature.rowsPerRun ?? scanBatchRows
    const plan = predictionPlan(manifest, signature)
    const onRun = (ms: number): void => runTimes.add(this.timings.runs, ms)
    this.options = { layout, plan, rowsPerRun, throwIfStopped, onRun }
  }

  /** Feature -> values outside min and max that were scored none the less. */
  get outOfRange(): Record<string, number> {
    return this.encoder.outOfRange
  }

  /** @throws NightscoreError MODEL_RUN_FAILED, and whatever throwIfStopped throws */
  async score(batch: RecordBatch): Promise<ScoredBatch> {
    const started = performance.now()
    const faults = new RowFaults()
    checkKeys(batch, this.scan.keys, this.scan.carry, faults)
    const feeds = this.encoder.encode(batch, faults)
    const encoded = performance.now()
    const rows = batch.numRows - faults.count
    const outputs = await predict(this.session, feeds, rows, this.options)
    const scored = this.withoutFaulty(outputs, rows, faults, batch.numRows)
    this.timings.encodeMs += encoded - started
    this.timings.inferMs += performance.now() - encoded
    return scored
  }

  /** Puts the predictions in columns, and out of them the rows for which the model has no finite answer. */
  private withoutFaulty(
    outputs: Parameters<typeof predictionVectors>[1],
    rows: number,
    faults: RowFaults,
    scannedRows: number,
  ): ScoredBatch {
    const notFinite = new RowFaults()
    const fed = faults.keptRows(scannedRows)
    const { columns, scores } = predictionVectors(this.options.plan, outputs, rows, notFinite)
    if (notFinite.count === 0) return { rows: fed, predictions: columns, scores, faults: faults.list() }

    const kept = notFinite.keptRows(rows)
    for (const { index, column, reason, detail } of notFinite.list())
      faults.add(fed[index]!, column, reason, detail)
    return {
      rows: kept.map((at) => fed[at]!),
      predictions: columns.map((column) => takeRows(column, kept)),
      scores: scores && Array.from(kept, (at) => scores[at]!),
      faults: faults.list(),
    }
  }
}
