/** Nobody reads a question faster; a key or click that comes sooner was not meant for it. */
export const READ_MS = 500;

/** Whether a question that is asked since a moment, in the page's milliseconds, can have been read. */
export function couldBeRead(since: number): boolean {
  return performance.now() - since >= READ_MS;
}
