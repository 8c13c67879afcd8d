/** Control, format and private characters, lone surrogates, line separators: what could hide, turn or end a line of text. */
const unshowable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * A column's name or a value as a report shows it: on one line, at most `most` characters, with what cannot be seen written as
 * \u{…}. It is not escaped for HTML: `html` does that.
 * @example shownText('a\nb') // 'a\\u{a}b'
 */
export function shownText(text: string, most = 80): string {
  const start = Array.from(text.slice(0, 2 * most + 2))
  const cut = start.length > most ? [...start.slice(0, most - 1), '…'] : start
  return cut.join('').replace(unshowable, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}
