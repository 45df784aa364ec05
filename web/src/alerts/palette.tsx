import { Modal, useMantineColorScheme } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import type { WireSearchResult } from '../api/wire.ts';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { addFilter, removeFilter, valueFilter } from '../query/filter.ts';
import { SEVERITIES, SEVERITY_NAMES, SEVERITY_TESTS } from '../severity/severity.ts';
import { STATUS_ACTIONS, type Status } from '../status/status.ts';
import { QUICK_RANGES } from '../time/time-range.ts';
import { type AlertState, DEFAULT_STATE } from './alert-address.ts';
import classes from './palette.module.css';
import { findActions, type PaletteAction } from './palette-actions.ts';
import type { ChangeState } from './use-alert-state.ts';

interface PaletteProps {
  state: AlertState;
  /** The event that status actions are about. */
  event: WireSearchResult | null;
  onClose: () => void;
  onState: ChangeState;
  onStatus: (event: WireSearchResult, status: Status) => void;
  onSearch: () => void;
  onRange: () => void;
  onRefresh: () => void;
  onHelp: () => void;
}

/** Every action of the page, found by typing. */
export default function Palette(props: PaletteProps) {
  const { setColorScheme } = useMantineColorScheme();
  const { zone, facetsOpen } = usePreferences();
  const [wanted, setWanted] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  const actions = useMemo((): readonly PaletteAction[] => {
    const { event, state, onState } = props;
    const view = state.view === 'alerts' ? 'all' : 'alerts';
    return [
      ...(event
        ? STATUS_ACTIONS.map(({ status, verb, key }) => ({
            group: 'Alert',
            name: verb,
            keys: key,
            run: () => props.onStatus(event, status),
          }))
        : []),
      { group: 'Search', name: 'Search', keys: '/', run: props.onSearch },
      { group: 'Search', name: 'Clear search and filters', run: () => onState({ query: '', filters: [] }) },
      {
        group: 'Search',
        name: 'Hide dismissed and resolved',
        run: () =>
          onState({
            filters: addFilter(
              addFilter(state.filters, valueFilter('alert_status', 'DISMISS', true)),
              valueFilter('alert_status', 'RESOLVE', true),
            ),
          }),
      },
      ...SEVERITIES.filter((severity) => severity !== 'none').map((severity) => ({
        group: 'Severity',
        name: `Only ${SEVERITY_NAMES[severity].toLowerCase()}`,
        run: () => {
          const others = SEVERITIES.reduce(
            (filters, one) =>
              removeFilter(filters, {
                field: 'threat.triage.score',
                test: SEVERITY_TESTS[one],
                negated: false,
              }),
            state.filters,
          );
          onState({
            filters: addFilter(others, {
              field: 'threat.triage.score',
              test: SEVERITY_TESTS[severity],
              negated: false,
            }),
          });
        },
      })),
      {
        group: 'View',
        name: view === 'all' ? 'Show all events' : 'Show alerts only',
        run: () => onState({ view, columns: null }),
      },
      {
        group: 'View',
        name: 'Sort by score',
        run: () => onState({ sort: { field: 'threat.triage.score', order: 'desc' } }),
      },
      { group: 'View', name: 'Sort by time', run: () => onState({ sort: DEFAULT_STATE.sort }) },
      {
        group: 'View',
        name: `${facetsOpen ? 'Hide' : 'Show'} the facets`,
        run: () => setPreferences({ facetsOpen: !facetsOpen }),
      },
      { group: 'View', name: 'Usual columns', run: () => onState({ columns: null }) },
      { group: 'View', name: 'Refresh', keys: 'Shift R', run: props.onRefresh },
      ...QUICK_RANGES.map((quick) => ({
        group: 'Time',
        name: quick.label,
        run: () => onState({ range: quick.range }),
      })),
      { group: 'Time', name: 'Type a time range', run: props.onRange },
      {
        group: 'Time',
        name: zone === 'utc' ? 'Show local time' : 'Show UTC',
        run: () => setPreferences({ zone: zone === 'utc' ? 'local' : 'utc' }),
      },
      { group: 'Theme', name: 'Dark', run: () => setColorScheme('dark') },
      { group: 'Theme', name: 'Light', run: () => setColorScheme('light') },
      { group: 'Theme', name: 'As the system', run: () => setColorScheme('auto') },
      { group: 'Help', name: 'Keys and search syntax', keys: '?', run: props.onHelp },
    ];
  }, [props, facetsOpen, zone, setColorScheme]);
  const found = findActions(actions, wanted);

  const run = (action: PaletteAction | undefined) => {
    if (!action) return;
    props.onClose();
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') run(found[active]);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = (active + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length);
      setActive(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    } else return;
    event.preventDefault();
  };

  return (
    <Modal
      opened
      onClose={props.onClose}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="12vh"
      aria-label="Find an action"
      returnFocus={false}
    >
      <div className={classes.field}>
        <IconSearch size={17} aria-hidden />
        <input
          className={classes.input}
          data-autofocus
          role="combobox"
          aria-label="Find an action"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found[active] ? `${id}-${active}` : undefined}
          placeholder="Find an action"
          autoComplete="off"
          spellCheck={false}
          value={wanted}
          onChange={(event) => {
            setWanted(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label="Actions" className={classes.list}>
        {found.map((action, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the input
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={`${action.group} ${action.name}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={classes.action}
            onMouseMove={() => setActive(index)}
            onClick={() => run(action)}
          >
            <span className={classes.group}>{action.group}</span>
            {action.name}
            {action.keys && <kbd className={classes.keys}>{action.keys}</kbd>}
          </div>
        ))}
        {found.length === 0 && <div className={classes.none}>No action has these words</div>}
      </div>
    </Modal>
  );
}
