/** Asks before another page is shown in place of one with something unsaved. */
import { useBlocker } from '@tanstack/react-router';
import { currentSession } from '#shared/session/session';

export function usePageGuard(isUnsaved: () => boolean, question: string): void {
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isUnsaved() &&
      // Another part of the same page keeps what was written.
      current.pathname !== next.pathname &&
      // Who has signed out has left the page before.
      currentSession().state !== 'signed-out' &&
      !window.confirm(question),
    enableBeforeUnload: isUnsaved,
  });
}
