/** Asks before another page is shown in place of one with something unsaved. */
import { useBlocker } from '@tanstack/react-router';

export function usePageGuard(isUnsaved: () => boolean, question: string): void {
  useBlocker({
    // Another part of the same page keeps what was written.
    shouldBlockFn: ({ current, next }) =>
      isUnsaved() && current.pathname !== next.pathname && !window.confirm(question),
    enableBeforeUnload: isUnsaved,
  });
}
