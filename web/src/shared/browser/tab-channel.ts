/** Messages between the tabs of this browser. */

type Channel = Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'removeEventListener'>;

/** A browser that forbids storage may forbid these messages too. Each tab is then alone. */
export function tabChannel(name: string): Channel {
  try {
    return new BroadcastChannel(name);
  } catch {
    return new MessageChannel().port1;
  }
}
