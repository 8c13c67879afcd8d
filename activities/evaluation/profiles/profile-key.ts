/** What a profiled column is. */
export const profileScopes = ['feature', 'prediction', 'label'] as const
export type ProfileScope = (typeof profileScopes)[number]

/**
 * The name of a column within a profile: a feature and a prediction may have the same name.
 * @example profileKey('feature', 'temp') // 'feature/temp'
 */
export function profileKey(scope: ProfileScope, column: string): string {
  return `${scope}/${column}`
}

/** The parts of a key; a name that is none is taken as a feature's. */
export function parseProfileKey(key: string): { readonly scope: ProfileScope; readonly column: string } {
  const scope = profileScopes.find((one) => key.startsWith(`${one}/`))
  return scope === undefined
    ? { scope: 'feature', column: key }
    : { scope, column: key.slice(scope.length + 1) }
}
