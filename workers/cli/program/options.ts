import { InvalidArgumentError, Option } from 'commander'

/** What a command's work returns: its exit code, or nothing where that is 0. */
export type Outcome = Promise<unknown>

/** Does a command's work and keeps its exit code. */
export type Run = (outcome: Outcome) => Promise<void>

export const json = () => new Option('--json', 'print one JSON document')
export const batch = () => new Option('--batch <key>', 'batch key, such as 2013-07-04')

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`)
  }
}
