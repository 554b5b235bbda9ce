/**
 * A screen whose code comes when it is first shown. Where the code is not there any
 * more, as after an update of kreis, the router loads the page again. While kreis cannot
 * be reached that would replace the page by the browser's own: then the screen says what
 * is wrong, and loads by itself once kreis is back.
 */
import { lazyRouteComponent } from '@tanstack/react-router';

export const lazyScreen: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(
    () =>
      load().catch(async (cause: unknown) => {
        // The router knows by the browser's own error that the code is missing.
        throw (await isKreisThere()) ? cause : new Error('kreis cannot be reached', { cause });
      }),
    name,
  );

function isKreisThere(): Promise<boolean> {
  return fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}
