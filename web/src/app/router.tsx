/** Which address shows which screen. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readAddress } from '#features/overview/address';
import { Failure } from './failure';
import { Frame } from './frame';
import { NotFound } from './not-found';

const rootRoute = createRootRoute({ notFoundComponent: NotFound });

/** Open to anybody: whoever holds an invitation has no session yet. */
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('#features/sign-in/invitation-page'), 'InvitationPage'),
});

/** Everything else is for those who are signed in. */
const frameRoute = createRoute({ getParentRoute: () => rootRoute, id: 'frame', component: Frame });

const overviewRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  validateSearch: readAddress,
  component: lazyRouteComponent(() => import('#features/overview/overview-page'), 'OverviewPage'),
});

const enterRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/enter',
  validateSearch: ({ month }: Record<string, unknown>): { month?: string } =>
    typeof month === 'string' ? { month } : {},
  component: lazyRouteComponent(() => import('#features/enter/enter-page'), 'EnterPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([invitationRoute, frameRoute.addChildren([overviewRoute, enterRoute])]),
  defaultErrorComponent: Failure,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
