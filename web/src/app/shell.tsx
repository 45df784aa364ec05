import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { SignInPage } from '../sign-in/sign-in-page.tsx';
import { FailureNote } from './failure-note.tsx';
import { Rail } from './rail.tsx';
import { sessionQuery } from './session.ts';
import classes from './shell.module.css';
import { Toasts } from './toasts.tsx';

/** The frame of every page. Signing in happens in place, so that a link is followed to where it pointed. */
export function Shell({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery);
  if (session.isPending) return <div className={classes.blank} aria-busy="true" />;
  if (session.isError) {
    return (
      <div className={classes.center}>
        <FailureNote doing="Reading who is signed in" error={session.error} retry={() => session.refetch()} />
      </div>
    );
  }
  if (session.data === null) return <SignInPage />;
  return (
    <div className={classes.shell}>
      <Rail session={session.data} />
      <div className={classes.page}>{children}</div>
      <Toasts />
    </div>
  );
}
