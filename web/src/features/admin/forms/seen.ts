/**
 * The version of a resource that a person edits. Newer versions from the server do not replace it
 * during the edit. The server checks a save against this version.
 */
import { useState } from 'react';

export interface Seen<Thing> {
  thing: Thing;
  /** Replaces the version after the person's own change. */
  see: (thing: Thing) => void;
  /** Discards the input and shows the stored version. */
  showNewest: () => Promise<void>;
  /** How often `showNewest` has replaced the version: the React key of everything that must restart then. */
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
