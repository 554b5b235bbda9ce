/** An id of the contract, a text of digits, as it stands in an address; absent where it is none. */
export function readId(found: unknown): string | undefined {
  return typeof found === 'string' && /^[1-9]\d{0,17}$/.test(found) ? found : undefined;
}
