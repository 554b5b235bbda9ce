/** One tab of the browser renews the session at a time, and nobody signs in meanwhile. */

const LOCK = 'kreis.renewal';

/** How long to wait for the renewal of a tab, which may be frozen, in milliseconds. */
const MAX_WAIT_MS = 5_000;

/**
 * Runs a task while no other tab renews. After a long wait it runs nevertheless, and so it does without a
 * secure context, where there are no locks: the server allows that two tabs renew at once.
 */
export async function whileNobodyRenews<Result>(task: () => Promise<Result>): Promise<Result> {
  if (!('locks' in navigator)) return task();
  let hasBegun = false;
  try {
    return await navigator.locks.request(LOCK, { signal: AbortSignal.timeout(MAX_WAIT_MS) }, () => {
      hasBegun = true;
      return task();
    });
  } catch (error) {
    if (hasBegun) throw error;
    return task();
  }
}
