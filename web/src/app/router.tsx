import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { parseSearch, readAddress, stringifySearch } from '../alerts/alert-address.ts';
import { AlertsPage } from '../alerts/alerts-page.tsx';
import { basePath } from './base-path.ts';
import { FailureNote } from './failure-note.tsx';
import { NotFound } from './not-found.tsx';
import classes from './shell.module.css';
import { Shell } from './shell.tsx';

// Every page is one segment below the base path (see base-path.ts); what it shows stands in the query.
const rootRoute = createRootRoute({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
  notFoundComponent: NotFound,
});

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/alerts', search: true, replace: true });
  },
});

export const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts',
  validateSearch: readAddress,
  component: AlertsPage,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([indexRoute, alertsRoute]),
  basepath: basePath,
  parseSearch,
  stringifySearch,
  defaultPreload: false,
  defaultErrorComponent: ({ error }) => (
    <div className={classes.center}>
      <FailureNote doing="Showing this page" error={error} retry={() => window.location.reload()} />
    </div>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
