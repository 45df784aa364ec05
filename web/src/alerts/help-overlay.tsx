import { Kbd, Modal } from '@mantine/core';
import classes from './help-overlay.module.css';

const KEYS: readonly (readonly [name: string, keys: readonly (readonly [keys: string, does: string])[]])[] = [
  [
    'Move',
    [
      ['/', 'Search'],
      ['j  k', 'Next, previous row'],
      ['Enter', 'Open the row'],
      ['Esc', 'Close, or clear the selection'],
      ['x', 'Select the row'],
      ['Ctrl K', 'Find any action'],
      ['Shift R', 'Refresh'],
      ['?', 'This help'],
    ],
  ],
  [
    'Work on the alert, or on those selected',
    [
      ['o', 'Open'],
      ['e', 'Escalate'],
      ['d', 'Dismiss'],
      ['r', 'Resolve'],
      ['u', 'Undo the last change'],
    ],
  ],
];

const SYNTAX: readonly (readonly [query: string, means: string])[] = [
  ['ip_src_addr:10.0.0.5', 'a field has this value'],
  ['ip_src_addr:10.0.0.0/8', 'an address lies in a network'],
  ['user:svc-*', '* any run of characters, ? one'],
  ['"failed password"', 'a phrase, in any field'],
  ['threat.triage.score:[50 TO *]', 'a range; [ ] include, { } exclude'],
  ['_exists_:url', 'the field is there'],
  ['(a:1 OR b:2) AND NOT c:3', 'combinations'],
];

export default function HelpOverlay({ onClose }: { onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="Keys and search syntax"
      size={720}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.columns}>
        {KEYS.map(([name, keys]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key} className={classes.line}>
                  <dt>
                    {key.split('  ').map((one) => (
                      <Kbd key={one} size="xs">
                        {one}
                      </Kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section className={classes.wide}>
          <h3>Search (Lucene syntax)</h3>
          <dl>
            {SYNTAX.map(([query, means]) => (
              <div key={query} className={classes.line}>
                <dt>
                  <code>{query}</code>
                </dt>
                <dd>{means}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}
