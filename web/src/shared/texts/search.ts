/** Searches texts in lists. */

/** Whether a text contains every searched word, ignoring case, accents, and how letters are joined. */
export function isFound(text: string, words: string): boolean {
  const folded = fold(text);
  return fold(words)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

/** What a keyboard without these letters writes. */
const PLAIN: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', '’': "'" };

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[ßæœ’]/g, (letter) => PLAIN[letter] ?? letter);
}
