/** Normalizes a name or a text for comparison: without regard to case and white space. */
export function fold(name: string): string {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The words of a text, folded: letters only. */
export function wordsOf(text: string): string[] {
  return fold(text).match(/\p{L}+/gu) ?? [];
}
