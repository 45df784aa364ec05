import { TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useState } from 'react';
import { CopyButton } from '../../app/copy-button.tsx';
import { usePreferences } from '../../app/preferences.ts';
import { type FieldGroupId, groupFields } from '../../fields/group-fields.ts';
import type { Source } from '../../fields/triage.ts';
import { type Filter, valueFilter, valueText } from '../../query/filter.ts';
import { formatExact } from '../../time/format-time.ts';
import classes from './field-list.module.css';
import { Section } from './section.tsx';

const PREFIXES: Readonly<Record<FieldGroupId, RegExp | null>> = {
  source: null,
  system: null,
  triage: /^threat[.:]triage[.:]/,
  intel: /^threatintels?[.:]/,
  enrichment: /^enrichments?[.:]/,
};

/** Every field, by the part of the pipeline that wrote it. Each value can be filtered by, filtered out and copied. */
export function FieldList({ source, onFilter }: { source: Source; onFilter: (filter: Filter) => void }) {
  const [wanted, setWanted] = useState('');
  const groups = groupFields(source, wanted);
  // The built-in database of places asks for its name on pages that show them (CC BY 4.0).
  const showsPlaces = Object.keys(source).some((field) => /^enrichments?[.:]geo[.:]/.test(field));
  return (
    <Section
      name="Fields"
      side={
        <TextInput
          size="xs"
          aria-label="Find a field or value"
          placeholder="Find a field or value"
          leftSection={<IconSearch size={13} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            setWanted('');
            event.currentTarget.blur();
          }}
        />
      }
    >
      {groups.map((group) => (
        <div key={group.id} className={classes.group}>
          <h4 className={classes.name}>
            {group.name} <span>{group.entries.length}</span>
          </h4>
          <dl className={classes.fields}>
            {group.entries.map(({ field, value }) => (
              <FieldLine
                key={field}
                field={field}
                label={field.replace(PREFIXES[group.id] ?? '', '')}
                value={value}
                onFilter={onFilter}
              />
            ))}
          </dl>
        </div>
      ))}
      {showsPlaces && (
        <p className={classes.none}>
          Places:{' '}
          <a href="https://db-ip.com" target="_blank" rel="noreferrer">
            IP Geolocation by DB-IP
          </a>
        </p>
      )}
      {groups.length === 0 && <p className={classes.none}>No field or value has this in it</p>}
    </Section>
  );
}

interface FieldLineProps {
  field: string;
  label: string;
  value: unknown;
  onFilter: (filter: Filter) => void;
}

function FieldLine({ field, label, value, onFilter }: FieldLineProps) {
  const { zone } = usePreferences();
  const text = valueText(value);
  const time = isTime(field, value) ? formatExact(Number(value), zone) : null;
  return (
    <div className={classes.line}>
      <dt title={field}>{label}</dt>
      <dd>
        <span className={classes.value}>{text}</span>
        {time && <span className={classes.time}>{time}</span>}
        <span className={classes.handles}>
          <UnstyledButton
            className={classes.handle}
            aria-label={`Filter by ${field} of this value`}
            title="Filter by this value"
            onClick={() => onFilter(valueFilter(field, value))}
          >
            <IconZoomIn size={15} />
          </UnstyledButton>
          <UnstyledButton
            className={classes.handle}
            aria-label={`Filter out ${field} of this value`}
            title="Filter out this value"
            onClick={() => onFilter(valueFilter(field, value, true))}
          >
            <IconZoomOut size={15} />
          </UnstyledButton>
          <CopyButton text={text} label={`Copy the value of ${field}`} size={26} />
        </span>
      </dd>
    </div>
  );
}

/** Epoch milliseconds between 2001 and 2100, in a field whose name says time. */
function isTime(field: string, value: unknown): boolean {
  const time = Number(value);
  return (
    /(^|[._:])(timestamp|ts|time)$/.test(field) &&
    Number.isFinite(time) &&
    time > 978_307_200_000 &&
    time < 4_102_444_800_000
  );
}
