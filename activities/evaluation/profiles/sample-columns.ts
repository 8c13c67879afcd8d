import type { ProfileColumns } from './profile-column'
import type { RowSample } from './row-sample'

/** A sample's rows as columns: a reference profile can be made of them (sampled), or they can be profiled on another one. */
export function sampleColumns({ columns }: RowSample): ProfileColumns {
  return columns
}
