/** Asks before another page is shown in place of one with something unsaved. */
import { useBlocker, useMatch } from '@tanstack/react-router';
import { currentSession } from '#shared/session/session';

export function usePageGuard(isUnsaved: () => boolean, question: string): void {
  const { pathname } = useMatch({ strict: false });
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isUnsaved() &&
      // The router lets go of a page's blocker a moment after the page.
      current.pathname === pathname &&
      // Another part of the same page keeps what was written.
      next.pathname !== pathname &&
      // Who has signed out has left the page before.
      currentSession().state !== 'signed-out' &&
      !mayLeaveFor(next.pathname, question),
    enableBeforeUnload: isUnsaved,
  });
}

/** Where leaving for was agreed to just now. */
let agreed: string | undefined;

/** Asked by each part of a page that has something unsaved; one yes is for all of them. */
function mayLeaveFor(pathname: string, question: string): boolean {
  if (agreed === pathname) return true;
  if (!window.confirm(question)) return false;
  agreed = pathname;
  // The router asks all of them within the same moment.
  setTimeout(() => {
    agreed = undefined;
  });
  return true;
}
