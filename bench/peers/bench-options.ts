import { parseArgs } from 'node:util'
import { peers, works, type Peer, type Work } from './works'

export interface BenchOptions {
  readonly rowCount: number
  readonly roundCount: number
  readonly works: readonly Work[]
  /** Who takes part besides the product. */
  readonly against: readonly Peer[]
  readonly profile: boolean
  readonly drift: boolean
  readonly shadow: boolean
  /** All of it at full size: the one kind of run that bench/RESULTS.md is written from. */
  readonly full: boolean
  readonly quick: boolean
}

export const usage = `Usage: npm run bench [-- OPTION ...]
  --quick          1,000,000 rows, one round, LightGBM and logistic regression into Postgres: under three minutes
  --rows N         default 5,000,000
  --rounds N       default 3
  --only WORK,...  of ${works.map(({ name }) => name).join(', ')}
  --against PEER,...  of ${peers.join(', ')}: no others
  --ours           the product alone, no peers
  --profile        also a CPU profile of our runs, thread by thread
  --shadow         also what a second model costs in the shadow
  --drift          also drift against Evidently (a full run does that in any case)
bench/RESULTS.md is written by a full run alone: all works, all peers, 5,000,000 rows or more, three rounds or more.`

const [fullRows, fullRounds] = [5_000_000, 3]

/** @throws RangeError with the usage */
export function benchOptions(words: readonly string[]): BenchOptions {
  const { values } = parsed(words)
  const quick = values.quick === true
  const rowCount = positive('--rows', values.rows, quick ? 1_000_000 : fullRows)
  const roundCount = positive('--rounds', values.rounds, quick ? 1 : fullRounds)
  const workNames = works.map(({ name }) => name)
  const asked = values.only ?? (quick ? 'lightgbm,logistic' : workNames.join())
  const names = chosen('--only', asked, workNames, 'work')
  const against =
    values.ours === true ? [] : chosen('--against', values.against ?? peers.join(), peers, 'peer')
  const full =
    !quick &&
    against.length === peers.length &&
    names.length === works.length &&
    rowCount >= fullRows &&
    roundCount >= fullRounds
  return {
    rowCount,
    roundCount,
    works: works.filter(({ name }) => names.includes(name)),
    against,
    profile: values.profile === true,
    drift: values.drift === true || full,
    shadow: values.shadow === true,
    full,
    quick,
  }
}

function parsed(words: readonly string[]) {
  const [flag, value] = [{ type: 'boolean' }, { type: 'string' }] as const
  try {
    return parseArgs({
      args: [...words],
      options: {
        quick: flag,
        rows: value,
        rounds: value,
        only: value,
        against: value,
        ours: flag,
        profile: flag,
        shadow: flag,
        drift: flag,
      },
    })
  } catch (error) {
    throw new RangeError(`${error instanceof Error ? error.message : String(error)}\n${usage}`, {
      cause: error,
    })
  }
}

function positive(option: string, text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text.replace(/[_,]/g, ''))
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new RangeError(`${option} ${text}: a whole number above 0 is expected\n${usage}`)
}

function chosen<Name extends string>(
  option: string,
  list: string,
  known: readonly Name[],
  what: string,
): Name[] {
  const names = list.split(',')
  const unknown = names.find((name) => !known.some((one) => one === name))
  if (unknown !== undefined) throw new RangeError(`${option} ${unknown}: no such ${what}\n${usage}`)
  return known.filter((one) => names.includes(one))
}
