import type { ReactNode } from 'react';
import classes from './section.module.css';

export function Section({ name, side, children }: { name: string; side?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={name}>
      <div className={classes.head}>
        <h3 className={classes.name}>{name}</h3>
        {side}
      </div>
      {children}
    </section>
  );
}
