/** How names and words are compared: without regard to case and to white space around or within them. */
export function fold(name: string): string {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}
