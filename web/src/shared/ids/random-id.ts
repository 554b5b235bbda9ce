/** Unique ids. The server recognises a repeated request by its id. */

/** Returns a UUID of version 4. `crypto.randomUUID` is missing on pages that came over http. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // Version and variant are fixed bits (RFC 9562, section 5.4).
  const fixed = bytes.map((byte, index) => {
    if (index === 6) return (byte & 0x0f) | 0x40;
    return index === 8 ? (byte & 0x3f) | 0x80 : byte;
  });
  const digits = [...fixed].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
