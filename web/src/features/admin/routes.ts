/** The addresses below `/admin`. */
import { type AnyRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
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
      throw redirect({ to: '/admin/users', replace: true });
    },
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
    component: lazyRouteComponent(() => import('./users/user-page'), 'UserPage'),
  });
  return tools.addChildren([index, users, newUser, user]);
}
