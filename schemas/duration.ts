import { z } from 'zod'

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A length of time as jobs write it: a number and s, m, h or d; a day is 24 hours. */
export const durationSchema = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, 'a number and s, m, h or d, such as 30m, 12h or 1d')

/** @param duration checked by durationSchema @returns milliseconds */
export function durationMs(duration: string): number {
  return Number(duration.slice(0, -1)) * unitMs[duration.slice(-1) as keyof typeof unitMs]
}
