/** Finds the other open tabs of this browser with a session, by their ids. */
import { tabChannel } from '#shared/browser/tab-channel';
import { heldLocks, holdLock } from '#shared/browser/tab-locks';
import { currentSession } from './session';
import { currentTab } from './tab';

/**
 * A tab in the background answers well within this time. A tab that is busy or frozen does not answer, so a
 * tab with unsaved text also holds a lock. Without locks, a tab without an answer counts as closed.
 */
const ANSWER_MS = 300;

const LOCKS = 'kreis.tab.';

type Message = { kind: 'ask' } | { kind: 'answer'; tab: string };

const channel = tabChannel('kreis.tabs');

/** The tab whose lock this page holds, and the function that releases it. */
let held: { tab: string; release: () => void } | undefined;

/**
 * Answers other tabs that ask for open tabs. A tab with a lapsed session still holds typed text, so it
 * answers too.
 */
export function answerOtherTabs(): void {
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'ask' && currentSession().state !== 'signed-out')
      tell({ kind: 'answer', tab: currentTab() });
  });
}

/** From now on, the other tabs know that this tab is open even if it cannot answer. */
export function holdTab(): void {
  const tab = currentTab();
  if (held?.tab === tab) return;
  releaseTab();
  held = { tab, release: holdLock(LOCKS + tab) };
}

export function releaseTab(): void {
  held?.release();
  held = undefined;
}

export async function otherTabs(): Promise<Set<string>> {
  const found = new Set<string>();
  const hear = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'answer') found.add(data.tab);
  };
  channel.addEventListener('message', hear);
  tell({ kind: 'ask' });
  await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
  channel.removeEventListener('message', hear);
  for (const name of await heldLocks()) if (name.startsWith(LOCKS)) found.add(name.slice(LOCKS.length));
  return found;
}

function tell(message: Message): void {
  channel.postMessage(message);
}
