import fc from 'fast-check'
import { html, Markup } from '../../../../activities/evaluation/reports/html'

test('texts are escaped, markup is not, lists are joined, null and false leave nothing', () => {
  const rows = ['<b>', '"'].map((text) => html`<td title="${text}">${text}</td>`)
  expect(
    html`<tr>
      ${rows}${null}${false}${0}
    </tr>`.text,
  ).toBe('<tr><td title="&lt;b&gt;">&lt;b&gt;</td><td title="&quot;">&quot;</td>0</tr>')
  expect(html`${new Markup('<i>')}`.text).toBe('<i>')
})

test('line breaks of the source are gone beside blocks, and one space elsewhere', () => {
  expect(
    html`<p>
      one <b>two</b>
      three
    </p>`.text,
  ).toBe('<p>one <b>two</b> three</p>')
})

test('no text can leave the element or the quoted attribute that it is put into', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { text: made } = html`<a title="${text}">${text}</a>`
      expect(made.match(/[<>]/g)).toHaveLength(4)
      expect(made.match(/["']/g)).toHaveLength(2)
    }),
  )
})
