/** Which other tabs of this browser somebody works in, each by its id. */
import { currentSession } from './session';
import { currentTab } from './tab';

/** A tab in the background answers well within it; one that does not is gone, or frozen. */
const ANSWER_MS = 300;

type Message = { kind: 'ask' } | { kind: 'answer'; tab: string };

const channel = new BroadcastChannel('kreis.tabs');

/** Lets other tabs know of this one. A tab whose session has lapsed still holds what was typed. */
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
