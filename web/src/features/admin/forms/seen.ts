/**
 * What somebody has before them. What arrives while they write does not take its
 * place, and what they send goes against the version they saw.
 */
import { useState } from 'react';

export interface Seen<Thing> {
  thing: Thing;
  /** After a change of one's own. */
  see: (thing: Thing) => void;
  /** Puts what is stored now in place of what was written. */
  showNewest: () => Promise<void>;
  /** How often that was done: the key of what must begin anew then. */
  round: number;
}

export function useSeen<Thing>(first: Thing, read: () => Promise<Thing | undefined>): Seen<Thing> {
  const [{ thing, round }, set] = useState({ thing: first, round: 0 });

  async function showNewest() {
    const newest = await read();
    if (newest !== undefined) set({ thing: newest, round: round + 1 });
  }

  return { thing, round, see: (changed) => set({ thing: changed, round }), showNewest };
}
