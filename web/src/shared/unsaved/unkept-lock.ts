/** Tells the other tabs that a tab has text of a person that the storage does not hold. */
import { heldLocks, holdLock } from '#shared/browser/tab-locks';
import { currentTab } from '#shared/session/tab';

const LOCKS = 'kreis.unkept.';

/** By the kind of the text: the owner, and the function that releases the lock. */
const held = new Map<string, { userId: string; release: () => void }>();

/** `userId` is the owner; absent if there is no such text of this kind. */
export function guardUnkept(kind: string, userId: string | undefined): void {
  const before = held.get(kind);
  if (before?.userId === userId) return;
  before?.release();
  held.delete(kind);
  if (userId !== undefined)
    held.set(kind, { userId, release: holdLock(`${LOCKS}${userId}.${currentTab()}`) });
}

/** Whether another tab of this browser has such text of a person. */
export async function isUnkeptElsewhere(userId: string): Promise<boolean> {
  const names = (await heldLocks()).filter((name) => name.startsWith(`${LOCKS}${userId}.`));
  return names.some((name) => !name.endsWith(`.${currentTab()}`));
}
