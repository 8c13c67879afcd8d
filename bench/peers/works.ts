export type ModelName = 'lightgbm' | 'logistic' | 'mlp'

export const peerTitles = {
  expert: 'expert Python',
  everyday: 'everyday Python',
  ray: 'Ray Data',
  raw: 'raw ONNX Runtime',
} as const
export type Peer = keyof typeof peerTitles
export const peers = Object.keys(peerTitles) as Peer[]

/** Who does a work: the product or a peer. */
export type Entrant = 'ours' | Peer

export interface Work {
  readonly name: string
  readonly title: string
  readonly model: ModelName
  readonly source: 'parquet' | 'postgres'
  readonly sink: 'parquet' | 'postgres'
  /** How many times as fast as the peer a whole run of ours is to be; a peer without one is not measured. */
  readonly targets: Readonly<Partial<Record<Peer, number>>>
}

export const works: readonly Work[] = [
  {
    name: 'lightgbm',
    title: 'LightGBM, Parquet to Postgres',
    model: 'lightgbm',
    source: 'parquet',
    sink: 'postgres',
    targets: { expert: 1.2, everyday: 5, ray: 1.2, raw: 0.75 },
  },
  {
    name: 'logistic',
    title: 'logistic regression, Parquet to Postgres',
    model: 'logistic',
    source: 'parquet',
    sink: 'postgres',
    targets: { expert: 1.4, everyday: 20, ray: 2 },
  },
  {
    name: 'mlp',
    title: 'MLP, Parquet to Postgres',
    model: 'mlp',
    source: 'parquet',
    sink: 'postgres',
    targets: { expert: 1.4, everyday: 20, ray: 2 },
  },
  {
    name: 'lightgbm-to-parquet',
    title: 'LightGBM, Parquet to Parquet',
    model: 'lightgbm',
    source: 'parquet',
    sink: 'parquet',
    targets: { expert: 1.2, ray: 1.3, raw: 0.85 },
  },
  {
    name: 'lightgbm-from-postgres',
    title: 'LightGBM, Postgres to Postgres',
    model: 'lightgbm',
    source: 'postgres',
    sink: 'postgres',
    targets: { expert: 1.2 },
  },
]

/** One thing to measure: some serve several works, since Ray always writes Parquet and the limit neither reads nor writes. */
export function measuredAs(work: Work, entrant: Entrant): string {
  return entrant === 'ours' || entrant === 'expert' ? `${entrant}/${work.name}` : `${entrant}/${work.model}`
}

/** What loading finished predictions takes, without any run: what is measured for all works that write to Postgres. */
export const postgresAlone = 'postgres alone'

/** Who takes part in a work, the product first. */
export function entrantsOf(work: Work): Entrant[] {
  return ['ours', ...peers.filter((peer) => work.targets[peer] !== undefined)]
}

/** What is measured in a round, each thing once; every other round goes backwards, so that no one always goes first. */
export function roundPlan(
  chosen: readonly Work[],
  round: number,
  takesPart: (entrant: Entrant) => boolean,
): { readonly work: Work; readonly entrant: Entrant }[] {
  const plan = new Map<string, { readonly work: Work; readonly entrant: Entrant }>()
  for (const work of chosen)
    for (const entrant of entrantsOf(work).filter(takesPart)) {
      const id = measuredAs(work, entrant)
      if (!plan.has(id)) plan.set(id, { work, entrant })
    }
  const inOrder = [...plan.values()]
  return round % 2 === 0 ? inOrder : inOrder.reverse()
}
