import { Button, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { IconCalendarTime, IconChevronDown } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { formatTime } from './format-time.ts';
import {
  parseInstant,
  QUICK_RANGES,
  rangeLabel,
  resolveRange,
  type TimeRangeText,
  type Zone,
} from './time-range.ts';
import classes from './time-range-picker.module.css';

interface TimeRangePickerProps {
  range: TimeRangeText;
  opened: boolean;
  onOpened: (opened: boolean) => void;
  onChange: (range: TimeRangeText) => void;
}

/** Quick ranges, or both ends typed (`now-15m`, `2026-11-25 03:00`). */
export function TimeRangePicker({ range, opened, onOpened, onChange }: TimeRangePickerProps) {
  const { zone } = usePreferences();
  return (
    <Popover opened={opened} onChange={onOpened} position="bottom-end" width={440} trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="sm"
          className={classes.target}
          leftSection={<IconCalendarTime size={16} />}
          rightSection={<IconChevronDown size={14} />}
          onClick={() => onOpened(!opened)}
        >
          {rangeLabel(range, (text) => shown(text, zone))}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown}>
        <ul className={classes.quick} aria-label="Quick ranges">
          {QUICK_RANGES.map((quick) => (
            <li key={quick.label}>
              <UnstyledButton
                className={classes.choice}
                aria-current={quick.range.from === range.from && quick.range.to === range.to}
                onClick={() => {
                  onChange(quick.range);
                  onOpened(false);
                }}
              >
                {quick.label}
              </UnstyledButton>
            </li>
          ))}
        </ul>
        <TypedRange
          range={range}
          zone={zone}
          onChange={(typed) => {
            onChange(typed);
            onOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function TypedRange({
  range,
  zone,
  onChange,
}: {
  range: TimeRangeText;
  zone: Zone;
  onChange: (range: TimeRangeText) => void;
}) {
  const [from, setFrom] = useState(shown(range.from, zone));
  const [to, setTo] = useState(shown(range.to, zone));
  const now = Date.now();
  const resolved = resolveRange({ from, to }, now, zone);
  const fault = 'error' in resolved ? resolved : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fault) onChange({ from: kept(from, zone), to: kept(to, zone) });
  };
  return (
    <form className={classes.typed} onSubmit={submit}>
      <TextInput
        label="From"
        data-autofocus
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        error={fault?.end === 'from' && fault.error}
        description={
          !fault && 'error' in resolved === false ? formatTime(resolved.from, zone, 's') : undefined
        }
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <TextInput
        label="To"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={fault?.end === 'to' && fault.error}
        description={!fault && 'error' in resolved === false ? formatTime(resolved.to, zone, 's') : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <Button type="submit" variant="filled" size="sm" disabled={fault !== null}>
        Show this range
      </Button>
      <p className={classes.help}>
        <code>now-15m</code>, <code>now-2d/d</code>, <code>2026-11-25 03:00</code>
        <br />s m h d w M y · times in {zone === 'utc' ? 'UTC' : 'local time'}
      </p>
    </form>
  );
}

/** Absolute ends are shown in the reader's zone, relative ones as they are. */
function shown(text: string, zone: Zone): string {
  if (/^\s*now/i.test(text)) return text;
  const time = parseInstant(text, Date.now(), zone);
  return time === null ? text : formatTime(time, zone, time % 60_000 === 0 ? 'min' : 's');
}

/** Absolute ends are kept in UTC, so that a link means the same everywhere. */
function kept(text: string, zone: Zone): string {
  if (/^\s*now/i.test(text)) return text.replace(/\s+/g, '');
  const time = parseInstant(text, Date.now(), zone);
  return time === null ? text : new Date(time).toISOString().replace('.000Z', 'Z');
}
