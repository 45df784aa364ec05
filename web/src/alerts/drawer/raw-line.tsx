import { useMemo } from 'react';
import { CopyButton } from '../../app/copy-button.tsx';
import { fieldText, type Source } from '../../fields/triage.ts';
import classes from './raw-line.module.css';
import { Section } from './section.tsx';

/** The line as it came in. JSON is laid out for reading; what is copied is the line itself. */
export function RawLine({ source }: { source: Source }) {
  const raw = fieldText(source, 'original_string');
  const shown = useMemo(() => layOut(raw), [raw]);
  if (raw === '') return null;
  return (
    <Section name="Raw line" side={<CopyButton text={raw} label="Copy the raw line" />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre className={classes.raw} tabIndex={0}>
        {shown}
      </pre>
    </Section>
  );
}

function layOut(raw: string): string {
  if (!raw.startsWith('{') || raw.length > 20_000) return raw;
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
