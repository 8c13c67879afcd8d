/** The part of a glob that is no pattern, up to the last slash before the first wildcard: what S3 is asked to list. */
export function globPrefix(pattern: string): string {
  const wild = pattern.search(/[*?[]/)
  return wild < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', wild) + 1)
}

/** @returns whether a key holds a wildcard: *, ?, [abc] or ** */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/**
 * Which keys a glob matches, as files are matched: * and ? within a folder, ** through folders, [a-z] and [!a-z] one character. A
 * wildcard matches no name that starts with a dot.
 */
export function globMatcher(pattern: string): (key: string) => boolean {
  const segments = pattern.split('/').map((segment) => (segment === '**' ? null : segmentExpression(segment)))
  return (key) => matches(segments, key.split('/'))
}

function matches(segments: readonly (RegExp | null)[], names: readonly string[]): boolean {
  const [segment, ...rest] = segments
  const [name, ...others] = names
  if (segment === undefined) return name === undefined
  if (segment !== null) return name !== undefined && segment.test(name) && matches(rest, others)
  return matches(rest, names) || (name !== undefined && !name.startsWith('.') && matches(segments, others))
}

function segmentExpression(segment: string): RegExp {
  const source = segment.replace(
    /\[(!?)([^\]]+)\]|[\s\S]/gu,
    (part, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`
      if (part === '*') return '[^/]*'
      return part === '?' ? '[^/]' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    },
  )
  return new RegExp(`^${/^[*?[]/.test(segment) ? '(?!\\.)' : ''}${source}$`, 'u')
}
