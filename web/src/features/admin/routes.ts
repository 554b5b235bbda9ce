/** The addresses below `/admin`. */
import { type AnyRoute, createRoute, redirect } from '@tanstack/react-router';
import { withSentences } from '#shared/preferences/language';
import { lazyScreen } from '#shared/screens/lazy-screen';
import { mustBeId } from '#shared/screens/must-be-id';
import { readChangeFilter } from './changes/change-filter';
import { readDueFilter } from './due/due-filter';
import { readKpiFilter } from './kpis/kpi-filter';
import { readUserFilter } from './users/user-filter';

/** Loads a screen with the sentences of users, service accounts and their changes, which few people need. */
const withOwn = withSentences((language) => import(`./locales/${language}.po`));

export function adminRoutes<Parent extends AnyRoute>(parent: Parent) {
  const tools = createRoute({
    getParentRoute: () => parent,
    path: 'admin',
    component: lazyScreen(() => import('./tools'), 'Tools'),
  });
  const index = createRoute({
    getParentRoute: () => tools,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/admin/kpis', replace: true });
    },
  });
  const kpis = createRoute({
    getParentRoute: () => tools,
    path: 'kpis',
    validateSearch: readKpiFilter,
    component: lazyScreen(() => import('./kpis/kpi-list'), 'KpiList'),
  });
  const newKpi = createRoute({
    getParentRoute: () => tools,
    path: 'kpis/new',
    // Contains the circle that is selected at the beginning.
    validateSearch: readKpiFilter,
    component: lazyScreen(() => import('./kpis/new-kpi'), 'NewKpi'),
  });
  const kpi = createRoute({
    getParentRoute: () => tools,
    path: 'kpis/$kpiId',
    loader: ({ params }) => mustBeId(params.kpiId),
    component: lazyScreen(() => import('./kpis/kpi-page'), 'KpiPage'),
  });
  const circles = createRoute({
    getParentRoute: () => tools,
    path: 'circles',
    component: lazyScreen(() => import('./circles/circle-list'), 'CircleList'),
  });
  const circle = createRoute({
    getParentRoute: () => tools,
    path: 'circles/$circleId',
    loader: ({ params }) => mustBeId(params.circleId),
    component: lazyScreen(() => import('./circles/circle-page'), 'CirclePage'),
  });
  const due = createRoute({
    getParentRoute: () => tools,
    path: 'due',
    validateSearch: readDueFilter,
    component: lazyScreen(() => import('./due/due-list'), 'DueList'),
  });
  const changes = createRoute({
    getParentRoute: () => tools,
    path: 'changes',
    validateSearch: readChangeFilter,
    component: lazyScreen(
      withOwn(() => import('./changes/change-list')),
      'ChangeList',
    ),
  });
  const users = createRoute({
    getParentRoute: () => tools,
    path: 'users',
    validateSearch: readUserFilter,
    component: lazyScreen(
      withOwn(() => import('./users/user-list')),
      'UserList',
    ),
  });
  const newUser = createRoute({
    getParentRoute: () => tools,
    path: 'users/new',
    component: lazyScreen(
      withOwn(() => import('./users/new-user')),
      'NewUser',
    ),
  });
  const user = createRoute({
    getParentRoute: () => tools,
    path: 'users/$userId',
    loader: ({ params }) => mustBeId(params.userId),
    component: lazyScreen(
      withOwn(() => import('./users/user-page')),
      'UserPage',
    ),
  });
  const serviceAccounts = createRoute({
    getParentRoute: () => tools,
    path: 'service-accounts',
    component: lazyScreen(
      withOwn(() => import('./service-accounts/service-account-list')),
      'ServiceAccountList',
    ),
  });
  const newServiceAccount = createRoute({
    getParentRoute: () => tools,
    path: 'service-accounts/new',
    component: lazyScreen(
      withOwn(() => import('./service-accounts/new-service-account')),
      'NewServiceAccount',
    ),
  });
  const serviceAccount = createRoute({
    getParentRoute: () => tools,
    path: 'service-accounts/$accountId',
    loader: ({ params }) => mustBeId(params.accountId),
    component: lazyScreen(
      withOwn(() => import('./service-accounts/service-account-page')),
      'ServiceAccountPage',
    ),
  });
  return tools.addChildren([
    index,
    kpis,
    newKpi,
    kpi,
    circles,
    circle,
    due,
    changes,
    users,
    newUser,
    user,
    serviceAccounts,
    newServiceAccount,
    serviceAccount,
  ]);
}
