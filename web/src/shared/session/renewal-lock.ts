/** Only one tab of the browser renews the session or signs in at a time. */

const LOCK = 'kreis.renewal';

/** How long to wait for the renewal of a tab, which may be frozen, in milliseconds. */
const MAX_WAIT_MS = 5_000;

/**
 * Runs a task while no other tab renews. After a long wait it runs without the lock. It also runs without
 * the lock if there is no secure context, where browsers have no locks. The server allows that two tabs renew
 * at once.
 */
export async function withRenewalLock<Result>(task: () => Promise<Result>): Promise<Result> {
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
