/** How names and words are compared: without regard to case and to white space around or within them. */
export function fold(name: string): string {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The words of a text, folded: letters only. */
export function wordsOf(text: string): string[] {
  return fold(text).match(/\p{L}+/gu) ?? [];
}
