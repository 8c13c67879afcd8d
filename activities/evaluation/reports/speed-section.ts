import type { Report } from '../../../schemas/report'
import { html, type Markup } from './html'
import { numberText } from './number-text'

const threadNames = {
  readMs: 'reading',
  encodeMs: 'encoding',
  profileMs: 'profiling',
  inferMs: 'inference',
  writeMs: 'writing',
  shadowMs: 'the shadow',
} as const

/** How fast the run was and where its time went. */
export function speedSection({ speed, run }: Report): Markup {
  const { phases, threads, inferenceMsP50: p50, inferenceMsP99: p99, rowsPerSecond, shards } = speed
  const seconds = Object.entries(phases).map(([name, value]) => [name, value] as const)
  const milliseconds = (Object.keys(threadNames) as (keyof typeof threadNames)[])
    .filter((key) => key !== 'shadowMs' || run.shadow !== null)
    .map((key) => [threadNames[key], threads[key] / 1_000] as const)
  const inference =
    p50 === null
      ? ''
      : ` One run of the model took ${numberText.value(p50)} ms (median), ${numberText.value(p99)} ms (99 %), in bins of 2 %.`
  return html`<section>
    <h2>Speed</h2>
    <p class="note">
      ${numberText.count(rowsPerSecond)} rows a second: ${numberText.count(run.rows.read)} rows in
      ${numberText.count(shards)} ${shards === 1 ? 'shard' : 'shards'}.${inference}
    </p>
    <div class="pair">
      ${timesTable('Phases, wall clock', seconds)}${timesTable('Threads, all shards together', milliseconds)}
    </div>
  </section>`
}

function timesTable(caption: string, times: readonly (readonly [string, number | null])[]): Markup {
  const total = times.reduce((sum, [, seconds]) => sum + (seconds ?? 0), 0)
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">part</th>
        <th scope="col" class="n">seconds</th>
        <th scope="col">share</th>
      </tr>
    </thead>
    <tbody>
      ${times.map(([name, seconds]) => {
        const share = total === 0 || seconds === null ? 0 : seconds / total
        return html`<tr>
          <th scope="row">${name}</th>
          <td class="n">${numberText.value(seconds)}</td>
          <td>
            <span class="meter" style="--at:${(share * 100).toFixed(1)}%"></span
            ><small>${numberText.share(share)}</small>
          </td>
        </tr>`
      })}
    </tbody>
  </table>`
}
