const longest = 120

/** A text as a detail shows it: quoted as JSON (so NUL and line breaks are seen), cut after 120 characters. */
export function shorten(text: string): string {
  const { length } = text
  return length <= longest
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, longest))}… (${length} characters)`
}
