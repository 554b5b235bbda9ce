/** Returns an id from an address: a text of digits, as in the contract. Absent if the text is no id. */
export function readId(found: unknown): string | undefined {
  return typeof found === 'string' && /^[1-9]\d{0,17}$/.test(found) ? found : undefined;
}
