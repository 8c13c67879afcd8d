import { closest } from 'fastest-levenshtein'
import type { z } from 'zod'
import { NightscoreError, type ErrorCode } from './errors'

/**
 * Parses `value`, or throws `code` naming every wrong field. An unknown key names itself and the nearest known one.
 * @param where what the value is called in the message: a file's name or "input".
 */
export function strictParse<T>(schema: z.ZodType<T>, value: unknown, code: ErrorCode, where: string): T {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.flatMap((issue) => describe(schema, issue))
  throw new NightscoreError(code, {
    found: `${where}: ${problems.map((p) => p.found).join('; ')}`,
    expected: [...new Set(problems.map((p) => p.expected))].join('; '),
  })
}

interface Problem {
  readonly found: string
  readonly expected: string
}

function describe(schema: z.ZodType, issue: z.core.$ZodIssue): Problem[] {
  const at = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path)
    return issue.keys.map((key) => ({
      found: `unknown key "${at ? `${at}.` : ''}${key}"${known.length > 0 ? ` (nearest: "${closest(key, known)}")` : ''}`,
      expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no such key',
    }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // the alternative that fits best speaks; an unknown key says more than the key that is missing instead
    const [best = []] = [...issue.errors].sort((a, b) => a.length - b.length)
    const unknown = best.filter((inner) => inner.code === 'unrecognized_keys')
    return (unknown.length > 0 ? unknown : best).flatMap((inner) =>
      describe(schema, { ...inner, path: [...issue.path, ...inner.path] }),
    )
  }
  // undefined for undefined, whatever the declaration says
  const shown = JSON.stringify(issue.input) as string | undefined
  return [
    {
      found: `${at || 'the whole'} = ${shown === undefined ? 'nothing' : shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}`,
      expected: `${at ? `${at}: ` : ''}${issue.message}`,
    },
  ]
}

/** The keys that the object schema at `path` takes; several alternatives of a union are put together. */
function knownKeys(schema: unknown, path: readonly PropertyKey[]): string[] {
  const def = (schema as { def?: Record<string, unknown> }).def
  if (!def) return []
  if (def['innerType']) return knownKeys(def['innerType'], path)
  if (def['type'] === 'pipe') return knownKeys(def['in'], path)
  if (def['type'] === 'lazy') return knownKeys((def['getter'] as () => unknown)(), path)
  if (Array.isArray(def['options'])) return [...new Set(def['options'].flatMap((o) => knownKeys(o, path)))]
  const [head, ...rest] = path
  if (def['type'] === 'object') {
    const shape = def['shape'] as Record<string, unknown>
    if (head === undefined) return Object.keys(shape)
    return shape[String(head)] ? knownKeys(shape[String(head)], rest) : []
  }
  if (head === undefined) return []
  if (def['type'] === 'array') return knownKeys(def['element'], rest)
  if (def['type'] === 'record') return knownKeys(def['valueType'], rest)
  return []
}
