/** Asks before another page replaces a page with unsaved text. */
import { useBlocker, useMatch } from '@tanstack/react-router';
import { currentSession } from '#shared/session/session';

export function usePageGuard(isUnsaved: () => boolean, question: string): void {
  const { pathname } = useMatch({ strict: false });
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isUnsaved() &&
      // The router removes a page's blocker slightly later than the page.
      current.pathname === pathname &&
      // Another part of the same page keeps the text.
      next.pathname !== pathname &&
      // After a sign-out, the person has already left the page.
      currentSession().state !== 'signed-out' &&
      !mayLeaveFor(next.pathname, question),
    enableBeforeUnload: isUnsaved,
  });
}

/** The path that the person has just agreed to leave for. */
let agreed: string | undefined;

/** Each part of a page with unsaved text asks this. One confirmation counts for all of them. */
function mayLeaveFor(pathname: string, question: string): boolean {
  if (agreed === pathname) return true;
  if (!window.confirm(question)) return false;
  agreed = pathname;
  // The router asks all blockers before this timer runs.
  setTimeout(() => {
    agreed = undefined;
  });
  return true;
}
