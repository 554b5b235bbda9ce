/** Maps each address to its screen. */
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { adminRoutes } from '#features/admin/routes';
import { readAddress } from '#features/overview/address';
import { isOwn } from '#features/sign-in/way-back';
import { readId } from '#shared/ids/read-id';
import { isMonthKey, readYear } from '#shared/periods/months';
import { parseSearch, stringifySearch } from '#shared/screens/address';
import { laterScreen, lazyScreen } from '#shared/screens/lazy-screen';
import { mustBeId } from '#shared/screens/must-be-id';
import { Failure } from './failure';
import { Frame } from './frame';
import { NotFound } from './not-found';

const rootRoute = createRootRoute();

/** Open without a session: an invited person does not have one yet. */
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyScreen(() => import('#features/sign-in/invitation-page'), 'InvitationPage'),
});

/** Open without a session: the person cannot sign in. */
const forgottenPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgotten-password',
  component: lazyScreen(() => import('#features/sign-in/forgotten-password-page'), 'ForgottenPasswordPage'),
});

/** Open without a session: leads to the page of a provider. */
const providerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/with/$provider',
  validateSearch: ({ from }: Record<string, unknown>): { from?: string } => (isOwn(from) ? { from } : {}),
  component: lazyScreen(() => import('#features/sign-in/provider-page'), 'ProviderPage'),
});

/** Open without a session: a provider sends people back to it. */
const callbackRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/callback',
  component: lazyScreen(() => import('#features/sign-in/callback-page'), 'CallbackPage'),
});

/** Open without a session: there are no users yet. */
const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: laterScreen(() => import('#features/sign-in/setup/setup-page'), 'SetupPage'),
});

/** All other screens require a session. */
const frameRoute = createRoute({ getParentRoute: () => rootRoute, id: 'frame', component: Frame });

const overviewRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  validateSearch: readAddress,
  component: lazyScreen(() => import('#features/overview/overview-page'), 'OverviewPage'),
});

const enterRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/enter',
  validateSearch: ({ month, circle, kpi }: Record<string, unknown>): EnterSearch => {
    const kpiId = readId(kpi);
    return {
      ...(isMonthKey(month) && { month }),
      ...circleOf(circle),
      ...(kpiId !== undefined && { kpi: kpiId }),
    };
  },
  component: lazyScreen(() => import('#features/enter/enter-page'), 'EnterPage'),
});

const kpiRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/kpis/$kpiId',
  validateSearch: ({ explain, ...search }: Record<string, unknown>): { year?: number; explain?: string } => {
    const year = readYear(search.year);
    return {
      ...(year !== undefined && { year }),
      // The month as of which the progress is explained on arrival.
      ...(isMonthKey(explain) && { explain }),
    };
  },
  loader: ({ params }) => mustBeId(params.kpiId),
  component: laterScreen(() => import('#features/kpi/kpi-page'), 'KpiPage'),
});

const activityRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/activity',
  validateSearch: ({ circle, from, to }: Record<string, unknown>): ActivitySearch => ({
    ...circleOf(circle),
    ...(isMonthKey(from) && { from }),
    ...(isMonthKey(to) && { to }),
  }),
  component: laterScreen(() => import('#features/activity/activity-page'), 'ActivityPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/account',
  component: laterScreen(() => import('#features/account/account-page'), 'AccountPage'),
});

interface EnterSearch {
  /** Such as `2026-03`. */
  month?: string;
  circle?: string;
  /** The KPI whose cell has the focus on arrival. */
  kpi?: string;
}

/** Months such as `2026-03`. */
interface ActivitySearch {
  circle?: string;
  from?: string;
  to?: string;
}

/** All other addresses. The message appears inside the header and navigation, like every screen. */
const nowhereRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '$',
  component: NotFound,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    invitationRoute,
    forgottenPasswordRoute,
    providerRoute,
    callbackRoute,
    setupRoute,
    frameRoute.addChildren([
      overviewRoute,
      enterRoute,
      kpiRoute,
      activityRoute,
      accountRoute,
      adminRoutes(frameRoute),
      nowhereRoute,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: Failure,
  defaultNotFoundComponent: NotFound,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
});

function circleOf(found: unknown): { circle?: string } {
  const circle = readId(found);
  return circle === undefined ? {} : { circle };
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
