import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconColumns3, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './column-picker.module.css';
import { columnKind, isNamed } from './columns.ts';

interface ColumnPickerProps {
  columns: readonly string[];
  /** Every field there is. */
  fields: readonly string[];
  isDefault: boolean;
  onColumns: (columns: readonly string[] | null) => void;
}

const MOST = 80;

/** Chooses the columns among all fields; their order is changed in the header. */
export function ColumnPicker({ columns, fields, isDefault, onColumns }: ColumnPickerProps) {
  const [wanted, setWanted] = useState('');
  const needle = wanted.trim().toLowerCase();
  const others = fields.filter((field) => !columns.includes(field));
  const found = [...columns, ...others].filter((field) =>
    `${field} ${columnKind(field).name}`.toLowerCase().includes(needle),
  );
  return (
    <Popover position="bottom-end" width={360} trapFocus returnFocus>
      <Popover.Target>
        <Button leftSection={<IconColumns3 size={15} />}>Columns</Button>
      </Popover.Target>
      <Popover.Dropdown p={8}>
        <TextInput
          data-autofocus
          size="xs"
          aria-label="Find a field"
          placeholder="Find a field"
          leftSection={<IconSearch size={14} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <ul className={classes.list} aria-label="Fields">
          {found.slice(0, MOST).map((field) => {
            const shown = columns.includes(field);
            return (
              <li key={field}>
                <Checkbox
                  size="xs"
                  className={classes.choice}
                  label={<FieldName field={field} />}
                  checked={shown}
                  disabled={shown && columns.length === 1}
                  onChange={() =>
                    onColumns(shown ? columns.filter((one) => one !== field) : [...columns, field])
                  }
                />
              </li>
            );
          })}
          {found.length > MOST && (
            <li className={classes.more}>{found.length - MOST} more: type to find them</li>
          )}
          {found.length === 0 && <li className={classes.more}>No field has this in its name</li>}
        </ul>
        <Button disabled={isDefault} onClick={() => onColumns(null)}>
          Back to the usual columns
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function FieldName({ field }: { field: string }) {
  if (!isNamed(field)) return <span className={classes.field}>{field}</span>;
  return (
    <>
      {columnKind(field).name}
      <span className={classes.raw}>{field}</span>
    </>
  );
}
