/** The fewest characters of a password to set. The server has the same rule. */
export const LEAST_LENGTH = 12;

export function isLongEnough(password: string): boolean {
  return [...password].length >= LEAST_LENGTH;
}
