import { Link } from '@tanstack/react-router';
import classes from './not-found.module.css';

export function NotFound() {
  return (
    <main className={classes.page}>
      <h1>There is no such page</h1>
      <p>The address may have been cut short.</p>
      <Link to="/alerts">Go to the alerts</Link>
    </main>
  );
}
