/**
 * A screen whose code comes when it is first shown. Where the code is not there any
 * more, as after an update of kreis, the router loads the page again. Without a network
 * that would replace the page by the browser's own: then the screen says what is wrong,
 * and loads by itself once the network is back.
 */
import { lazyRouteComponent } from '@tanstack/react-router';

export const lazyScreen: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(
    () =>
      load().catch((cause: unknown) => {
        // The router knows by the browser's own error that the code is missing.
        throw navigator.onLine ? cause : new Error('there is no network', { cause });
      }),
    name,
  );
