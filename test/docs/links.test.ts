import fs from 'node:fs'
import path from 'node:path'
import { pages, projectFolder } from './pages'

const links = pages().flatMap(({ name, text }) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ name, target: target! })),
)

test.each(links.filter(({ target }) => !/^https?:/.test(target)))(
  '$name leads to $target',
  ({ name, target }) => {
    const [file = '', anchor] = target.split('#')
    const absolute = path.join(projectFolder, path.dirname(name), file)
    expect(fs.existsSync(absolute)).toBe(true)
    if (anchor !== undefined) expect(anchors(fs.readFileSync(absolute, 'utf8'))).toContain(anchor)
  },
)

/** GitHub's anchors of the headings. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
