/** The addresses below `/admin`. */
import { type AnyRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { mustBeId } from '#shared/screens/must-be-id';
import { readChangeFilter } from './changes/change-filter';
import { readDueFilter } from './due/due-filter';
import { readKpiFilter } from './kpis/kpi-filter';
import { readUserFilter } from './users/user-filter';

export function adminRoutes<Parent extends AnyRoute>(parent: Parent) {
  const tools = createRoute({
    getParentRoute: () => parent,
    path: 'admin',
    component: lazyRouteComponent(() => import('./tools'), 'Tools'),
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
    component: lazyRouteComponent(() => import('./kpis/kpi-list'), 'KpiList'),
  });
  const newKpi = createRoute({
    getParentRoute: () => tools,
    path: 'kpis/new',
    // The circle to begin with.
    validateSearch: readKpiFilter,
    component: lazyRouteComponent(() => import('./kpis/new-kpi'), 'NewKpi'),
  });
  const kpi = createRoute({
    getParentRoute: () => tools,
    path: 'kpis/$kpiId',
    loader: ({ params }) => mustBeId(params.kpiId),
    component: lazyRouteComponent(() => import('./kpis/kpi-page'), 'KpiPage'),
  });
  const circles = createRoute({
    getParentRoute: () => tools,
    path: 'circles',
    component: lazyRouteComponent(() => import('./circles/circle-list'), 'CircleList'),
  });
  const circle = createRoute({
    getParentRoute: () => tools,
    path: 'circles/$circleId',
    loader: ({ params }) => mustBeId(params.circleId),
    component: lazyRouteComponent(() => import('./circles/circle-page'), 'CirclePage'),
  });
  const due = createRoute({
    getParentRoute: () => tools,
    path: 'due',
    validateSearch: readDueFilter,
    component: lazyRouteComponent(() => import('./due/due-list'), 'DueList'),
  });
  const changes = createRoute({
    getParentRoute: () => tools,
    path: 'changes',
    validateSearch: readChangeFilter,
    component: lazyRouteComponent(() => import('./changes/change-list'), 'ChangeList'),
  });
  const users = createRoute({
    getParentRoute: () => tools,
    path: 'users',
    validateSearch: readUserFilter,
    component: lazyRouteComponent(() => import('./users/user-list'), 'UserList'),
  });
  const newUser = createRoute({
    getParentRoute: () => tools,
    path: 'users/new',
    component: lazyRouteComponent(() => import('./users/new-user'), 'NewUser'),
  });
  const user = createRoute({
    getParentRoute: () => tools,
    path: 'users/$userId',
    loader: ({ params }) => mustBeId(params.userId),
    component: lazyRouteComponent(() => import('./users/user-page'), 'UserPage'),
  });
  return tools.addChildren([index, kpis, newKpi, kpi, circles, circle, due, changes, users, newUser, user]);
}
