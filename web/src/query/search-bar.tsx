import { UnstyledButton } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { applySuggestion, type CompletionSource, complete, type Suggestion } from './completion.ts';
import type { QueryFault } from './query-fault.ts';
import classes from './search-bar.module.css';

interface SearchBarProps {
  query: string;
  source: CompletionSource;
  fault: QueryFault | null;
  inputRef: RefObject<HTMLInputElement | null>;
  onSearch: (query: string) => void;
}

/** The query in Lucene syntax, with completion of fields, operators and values, and the place of a mistake marked below it. */
export function SearchBar({ query, source, fault, inputRef, onSearch }: SearchBarProps) {
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState(0);
  const [offering, setOffering] = useState(false);
  const [active, setActive] = useState(-1);
  const listId = useId();
  const faultId = useId();

  // The address changed (back, a link, a filter): it is what counts.
  useEffect(() => setText(query), [query]);

  // The caret can only be moved once the new text stands in the field, and must be before the next key.
  const moveTo = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (moveTo.current === null) return;
    inputRef.current?.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = null;
  });

  const suggestions = useMemo(
    () => (offering ? complete(text, caret, source) : []),
    [offering, text, caret, source],
  );
  const shown = suggestions.length > 0;

  const edit = (value: string, position: number) => {
    setText(value);
    setCaret(position);
    setOffering(true);
    setActive(-1);
  };
  const accept = (suggestion: Suggestion) => {
    const next = applySuggestion(text, suggestion);
    edit(next.text, next.caret);
    moveTo.current = next.caret;
    inputRef.current?.focus();
  };
  const submit = (value: string) => {
    setOffering(false);
    setActive(-1);
    onSearch(value.trim());
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = suggestions[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!shown) {
        setCaret(event.currentTarget.selectionStart ?? text.length);
        setOffering(true);
        return;
      }
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + suggestions.length + (active < 0 && step < 0 ? 1 : 0)) % suggestions.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen) accept(chosen);
      else submit(text);
    } else if (event.key === 'Tab' && shown && !event.shiftKey) {
      const first = chosen ?? suggestions[0];
      if (first) {
        event.preventDefault();
        accept(first);
      }
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (shown) setOffering(false);
      else event.currentTarget.blur();
    }
  };

  return (
    <search className={classes.bar}>
      <div className={classes.field} data-fault={fault !== null || undefined}>
        <IconSearch size={16} className={classes.icon} aria-hidden />
        <input
          ref={inputRef}
          className={classes.input}
          type="text"
          role="combobox"
          aria-label="Search"
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
          aria-invalid={fault !== null}
          aria-describedby={fault ? faultId : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="Search, for example ip_src_addr:10.0.0.0/8 AND NOT protocol:udp"
          value={text}
          onChange={(event) => edit(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
          onClick={(event) => {
            setCaret(event.currentTarget.selectionStart ?? text.length);
            setOffering(true);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setOffering(false);
            setActive(-1);
          }}
        />
        {text !== '' && (
          <UnstyledButton className={classes.clear} aria-label="Clear the search" onClick={() => submit('')}>
            <IconX size={15} />
          </UnstyledButton>
        )}
        <span className={classes.key} aria-hidden="true">
          /
        </span>
      </div>
      <div id={listId} role="listbox" aria-label="Suggestions" className={classes.list} hidden={!shown}>
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the input
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={`${suggestion.kind} ${suggestion.label}`}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            className={classes.option}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => accept(suggestion)}
          >
            <span className={classes.kind} data-kind={suggestion.kind}>
              {suggestion.kind}
            </span>
            <span className={classes.label}>{suggestion.label}</span>
            <span className={classes.hint}>{suggestion.hint}</span>
          </div>
        ))}
        <div className={classes.keys} aria-hidden="true">
          <kbd>Tab</kbd> complete <kbd>Enter</kbd> search <kbd>Esc</kbd> close
        </div>
      </div>
      {fault && <Fault id={faultId} query={query} fault={fault} />}
    </search>
  );
}

function Fault({ id, query, fault }: { id: string; query: string; fault: QueryFault }) {
  const at = fault.position === null ? null : Math.max(0, Math.min(fault.position, query.length));
  return (
    <div id={id} className={classes.fault} role="alert">
      {at !== null && (
        <div className={classes.where}>
          {query.slice(0, at)}
          <mark>{query[at] ?? ' '}</mark>
          {query.slice(at + 1)}
          <span className="sk-hidden">, mistake at character {at + 1}</span>
        </div>
      )}
      <div>
        {fault.message} {fault.hint}
      </div>
    </div>
  );
}
