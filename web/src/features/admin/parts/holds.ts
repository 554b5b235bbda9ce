/** Whether a text has every word that is searched for, accents and capitals aside. */
export function holds(text: string, search: string): boolean {
  const bare = plain(text);
  return plain(search)
    .split(/\s+/)
    .every((word) => bare.includes(word));
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();
}
