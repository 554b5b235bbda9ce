/**
 * Corrections that were begun and are not saved yet, kept in this tab: they survive
 * another page, a reload and a session that ended. Each person and KPI has its own.
 */
import { useState } from 'react';
import { currentSession, watchSession } from '#shared/session/session';
import { guardTab } from '#shared/unsaved/tab-guard';
import type { SeenValue } from './saving';

const PREFIX = 'kreis.corrections.';

export interface CorrectionDraft {
  /** The KPI's, to say on any screen what is not saved. */
  kpiName: string;
  /** The value as it was when the correction began. */
  seen: SeenValue;
  /** As typed; absent while it is left alone. */
  text: string | undefined;
  comment: string | undefined;
}

/** Oldest first. */
export function useCorrectionDrafts(userId: string, kpiId: string) {
  const key = `${PREFIX}${userId}.${kpiId}`;
  const [drafts, setDrafts] = useState(() => keptDrafts(key));

  function change(next: CorrectionDraft[]) {
    setDrafts(next);
    if (next.length === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(next));
    guard();
  }

  return {
    drafts,
    keep: (draft: CorrectionDraft) =>
      change(
        drafts.some(({ seen }) => seen.id === draft.seen.id)
          ? drafts.map((kept) => (kept.seen.id === draft.seen.id ? draft : kept))
          : [...drafts, draft],
      ),
    drop: (valueId: string) => change(drafts.filter(({ seen }) => seen.id !== valueId)),
  };
}

function keptDrafts(key: string): CorrectionDraft[] {
  const text = sessionStorage.getItem(key);
  // Written by `useCorrectionDrafts` alone.
  return text === null ? [] : (JSON.parse(text) as CorrectionDraft[]);
}

/** The KPIs that a person has begun to correct in this tab, a name for each correction. */
export function correctionsOf(userId: string): string[] {
  return keysOf(userId).flatMap((key) => keptDrafts(key).map(({ kpiName }) => kpiName));
}

export function discardCorrections(userId: string): void {
  for (const key of keysOf(userId)) sessionStorage.removeItem(key);
  guard();
}

function keysOf(userId: string): string[] {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(`${PREFIX}${userId}.`));
}

/** From now on, who closes the tab with a correction of their own is asked first. */
export function guardCorrections(): void {
  watchSession(guard);
  guard();
}

function guard(): void {
  const session = currentSession();
  guardTab('corrections', session.state !== 'signed-out' && keysOf(session.userId).length > 0);
}
