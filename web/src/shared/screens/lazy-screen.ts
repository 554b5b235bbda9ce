/**
 * A screen whose code loads when it is first shown. If the code is missing, as after an update of
 * kreis, the router reloads the page. While kreis cannot be reached, a reload would show the browser's
 * own error page. Then the screen shows the error, and loads by itself once kreis is back.
 */
import { lazyRouteComponent } from '@tanstack/react-router';
import { withLaterSentences } from '#shared/preferences/language';

export const lazyScreen: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(
    () =>
      load().catch(async (cause: unknown) => {
        // The router recognises missing code by the browser's own error.
        const error = (await isKreisThere()) ? cause : new Error('kreis cannot be reached', { cause });
        if (error instanceof Error) unloaded.add(error);
        throw error;
      }),
    name,
  );

const unloaded = new WeakSet<Error>();

/** Whether the error says that the code of a screen is missing. */
export function isCodeMissing(error: unknown): boolean {
  return error instanceof Error && unloaded.has(error);
}

/** A screen whose sentences are in the later catalog (`lingui.config.ts`). */
export const laterScreen: typeof lazyRouteComponent = (load, name) =>
  lazyScreen(() => withLaterSentences(load), name);

function isKreisThere(): Promise<boolean> {
  return fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}
