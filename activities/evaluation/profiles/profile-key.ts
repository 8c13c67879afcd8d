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

/**
 * What a column is called in the scope quality, which has columns of all kinds: a feature by its name, others by their key.
 * @example qualityName('prediction/score') // 'prediction/score'; of 'feature/temp' 'temp'
 */
export function qualityName(key: string): string {
  const { scope, column } = parseProfileKey(key)
  return scope === 'feature' ? column : key
}

/** The parts of a key; a name that is none is taken as a feature's. */
export function parseProfileKey(key: string): { readonly scope: ProfileScope; readonly column: string } {
  const scope = profileScopes.find((one) => key.startsWith(`${one}/`))
  return scope === undefined
    ? { scope: 'feature', column: key }
    : { scope, column: key.slice(scope.length + 1) }
}
