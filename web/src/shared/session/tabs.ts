/** Finds the other open tabs of this browser with a session, by their ids. */
import { currentSession } from './session';
import { currentTab } from './tab';

/** A tab in the background answers well within this time. A tab without an answer is closed or frozen. */
const ANSWER_MS = 300;

type Message = { kind: 'ask' } | { kind: 'answer'; tab: string };

const channel = new BroadcastChannel('kreis.tabs');

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

export async function otherTabs(): Promise<Set<string>> {
  const found = new Set<string>();
  const hear = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'answer') found.add(data.tab);
  };
  channel.addEventListener('message', hear);
  tell({ kind: 'ask' });
  await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
  channel.removeEventListener('message', hear);
  return found;
}

function tell(message: Message): void {
  channel.postMessage(message);
}
