import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyButton } from '../app/copy-button.tsx';
import { ingestHelpQuery } from './alert-queries.ts';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  /** Nothing narrows the list: there is no data yet, rather than no match. */
  untouched: boolean;
  alertsOnly: boolean;
  onClear: () => void;
  onWiden: () => void;
  onAllEvents: () => void;
}

export function EmptyState({ untouched, alertsOnly, onClear, onWiden, onAllEvents }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <h2>{untouched ? `No ${alertsOnly ? 'alerts' : 'events'} in this time range` : 'Nothing matches'}</h2>
      <div className={classes.ways}>
        {!untouched && (
          <Button variant="filled" onClick={onClear}>
            Clear search and filters
          </Button>
        )}
        <Button onClick={onWiden}>Look at the last 30 days</Button>
        {alertsOnly && <Button onClick={onAllEvents}>Show all events</Button>}
      </div>
      {untouched && <SendData />}
    </div>
  );
}

/** How to get data in, with the addresses that this machine listens on. */
function SendData() {
  const help = useQuery(ingestHelpQuery);
  return (
    <section className={classes.send} aria-label="Send data">
      <h3>Send data to this machine</h3>
      {help.data?.listeners.map((listener) => (
        <Command
          key={`${listener.kind} ${listener.address} ${listener.sensor}`}
          name={listener.kind}
          note={`${listener.sensor} · ${listener.address}`}
          command={listener.example}
        />
      ))}
      <Command
        name="Try it with sample data"
        note="realistic telemetry with a few real alerts in it"
        command="npm run demo"
      />
    </section>
  );
}

function Command({ name, note, command }: { name: string; note: string; command: string }) {
  return (
    <div className={classes.command}>
      <div className={classes.name}>
        {name} <span>{note}</span>
      </div>
      <div className={classes.line}>
        <code>{command}</code>
        <CopyButton text={command} label={`Copy the command for ${name}`} />
      </div>
    </div>
  );
}
