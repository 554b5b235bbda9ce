/** The addresses below `/admin`. */
import { type AnyRoute, createRoute, redirect } from '@tanstack/react-router';
import { laterScreen } from '#shared/screens/lazy-screen';
import { mustBeId } from '#shared/screens/must-be-id';
import { readChangeFilter } from './changes/change-filter';
import { readDueFilter } from './due/due-filter';
import { readKpiFilter } from './kpis/kpi-filter';
import { readSignInFilter } from './sign-ins/sign-in-filter';
import { readUserFilter } from './users/user-filter';

export function adminRoutes<Parent extends AnyRoute>(parent: Parent) {
  const tools = createRoute({
    getParentRoute: () => parent,
    path: 'admin',
    component: laterScreen(() => import('./tools'), 'Tools'),
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
    component: laterScreen(() => import('./kpis/kpi-list'), 'KpiList'),
  });
  const newKpi = createRoute({
    getParentRoute: () => tools,
    path: 'kpis/new',
    // Contains the circle that is selected at the beginning.
    validateSearch: readKpiFilter,
    component: laterScreen(() => import('./kpis/new-kpi'), 'NewKpi'),
  });
  const kpi = createRoute({
    getParentRoute: () => tools,
    path: 'kpis/$kpiId',
    loader: ({ params }) => mustBeId(params.kpiId),
    component: laterScreen(() => import('./kpis/kpi-page'), 'KpiPage'),
  });
  const circles = createRoute({
    getParentRoute: () => tools,
    path: 'circles',
    component: laterScreen(() => import('./circles/circle-list'), 'CircleList'),
  });
  const circle = createRoute({
    getParentRoute: () => tools,
    path: 'circles/$circleId',
    loader: ({ params }) => mustBeId(params.circleId),
    component: laterScreen(() => import('./circles/circle-page'), 'CirclePage'),
  });
  const due = createRoute({
    getParentRoute: () => tools,
    path: 'due',
    validateSearch: readDueFilter,
    component: laterScreen(() => import('./due/due-list'), 'DueList'),
  });
  const changes = createRoute({
    getParentRoute: () => tools,
    path: 'changes',
    validateSearch: readChangeFilter,
    component: laterScreen(() => import('./changes/change-list'), 'ChangeList'),
  });
  const signIns = createRoute({
    getParentRoute: () => tools,
    path: 'sign-ins',
    validateSearch: readSignInFilter,
    component: laterScreen(() => import('./sign-ins/sign-ins'), 'SignIns'),
  });
  const users = createRoute({
    getParentRoute: () => tools,
    path: 'users',
    validateSearch: readUserFilter,
    component: laterScreen(() => import('./users/user-list'), 'UserList'),
  });
  const newUser = createRoute({
    getParentRoute: () => tools,
    path: 'users/new',
    component: laterScreen(() => import('./users/new-user'), 'NewUser'),
  });
  const user = createRoute({
    getParentRoute: () => tools,
    path: 'users/$userId',
    loader: ({ params }) => mustBeId(params.userId),
    component: laterScreen(() => import('./users/user-page'), 'UserPage'),
  });
  const serviceAccounts = createRoute({
    getParentRoute: () => tools,
    path: 'service-accounts',
    component: laterScreen(() => import('./service-accounts/service-account-list'), 'ServiceAccountList'),
  });
  const newServiceAccount = createRoute({
    getParentRoute: () => tools,
    path: 'service-accounts/new',
    component: laterScreen(() => import('./service-accounts/new-service-account'), 'NewServiceAccount'),
  });
  const serviceAccount = createRoute({
    getParentRoute: () => tools,
    path: 'service-accounts/$accountId',
    loader: ({ params }) => mustBeId(params.accountId),
    component: laterScreen(() => import('./service-accounts/service-account-page'), 'ServiceAccountPage'),
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
    signIns,
    users,
    newUser,
    user,
    serviceAccounts,
    newServiceAccount,
    serviceAccount,
  ]);
}
