/** The shortest time to read a question, in milliseconds. An earlier key or click was not meant for it. */
export const READ_MS = 500;

/**
 * Whether the person could have read a question that appeared at `since`, in milliseconds of the
 * page's clock.
 */
export function couldBeRead(since: number): boolean {
  return performance.now() - since >= READ_MS;
}
