/** HTML that is safe to put into a page as it is: only `html` makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | null | false | readonly Part[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * A template of HTML: text and numbers put into it are escaped, for elements and quoted attributes alike; markup is not, lists
 * are joined, null and false leave nothing.
 * @example html`<td>${'a < b'}</td>`.text // '<td>a &lt; b</td>'
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    tight(strings).reduce((text, string, i) => text + markupOf(parts[i - 1] ?? null) + string),
  )
}

const tightened = new WeakMap<TemplateStringsArray, readonly string[]>()
/** Elements beside which space is not seen. */
const block =
  '</?(?:body|caption|d[dlt]|details|div|fig\\w+|footer|h[123]|head|header|html|li|link|main|meta|ol|p|section|style|summary|svg|t[dhr]|table|tbody|thead|title)\\b[^>]*>'
const besideBlock = new RegExp(`\\s+(?=${block})|(?<=${block})\\s+`, 'g')

/** Without the line breaks and indentation of the source: a third of a page. */
function tight(strings: TemplateStringsArray): readonly string[] {
  let found = tightened.get(strings)
  if (found === undefined) {
    found = strings.map((string) =>
      string
        .replace(/\s*\n\s*/g, ' ')
        .replace(/ +(?=\/?>)/g, '')
        .replace(besideBlock, ''),
    )
    tightened.set(strings, found)
  }
  return found
}

function markupOf(part: Part): string {
  if (part === null || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(markupOf).join('')
  return String(part).replace(/[&<>"']/g, (character) => entities[character]!)
}
