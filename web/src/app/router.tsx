/** Which address shows which screen. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
} from '@tanstack/react-router';
import { adminRoutes } from '#features/admin/routes';
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

const kpiRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/kpis/$kpiId',
  validateSearch: ({ year }: Record<string, unknown>): { year?: number } => (isYear(year) ? { year } : {}),
  beforeLoad: ({ params }) => {
    if (!/^\d{1,18}$/.test(params.kpiId)) throw notFound();
  },
  component: lazyRouteComponent(() => import('#features/kpi/kpi-page'), 'KpiPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    invitationRoute,
    frameRoute.addChildren([overviewRoute, enterRoute, kpiRoute, adminRoutes(frameRoute)]),
  ]),
  defaultErrorComponent: Failure,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
});

/** A year that the contract knows. */
function isYear(year: unknown): year is number {
  return Number.isInteger(year) && Number(year) >= 1900 && Number(year) <= 2200;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
