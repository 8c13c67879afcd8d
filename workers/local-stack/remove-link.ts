import fs from 'node:fs'

/** Removes a symlink, where there is one. rmSync of Node 24.0 leaves a link that leads nowhere. */
export function removeLink(link: string): void {
  if (fs.lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) fs.unlinkSync(link)
}
