/**
 * Locks by which the tabs of this browser know of each other, even if a tab is busy or frozen. The browser
 * releases a lock when its tab closes. Without a secure context, or if storage is forbidden, there are none.
 */

/** Holds a lock, beside other tabs that may hold it too. Returns a function that releases it. */
export function holdLock(name: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  if ('locks' in navigator) navigator.locks.request(name, { mode: 'shared' }, () => promise).catch(() => {});
  return resolve;
}

/** The names of the locks that tabs of this browser hold. */
export async function heldLocks(): Promise<string[]> {
  if (!('locks' in navigator)) return [];
  try {
    const { held = [] } = await navigator.locks.query();
    return held.map(({ name = '' }) => name);
  } catch {
    return [];
  }
}
