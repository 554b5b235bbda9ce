/** An id as it stands in an address, where the router reads digits as a number. */
export function readId(found: unknown): string | undefined {
  const text = typeof found === 'string' || typeof found === 'number' ? String(found) : '';
  return /^[1-9]\d{0,17}$/.test(text) ? text : undefined;
}
