import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import {
  IconBellRinging,
  IconClock,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { WireSession } from '../api/wire.ts';
import { LogoMark } from './logo-mark.tsx';
import { setPreferences, usePreferences } from './preferences.ts';
import classes from './rail.module.css';
import { useSignOut } from './session.ts';

/** Pages, in the order of the rail. A page appears here when it exists. */
const PAGES = [{ to: '/alerts', name: 'Alerts', Icon: IconBellRinging }] as const;

export function Rail({ session }: { session: WireSession }) {
  return (
    <nav className={classes.rail} aria-label="Pages">
      <div className={classes.logo}>
        <LogoMark size={26} />
      </div>
      <div className={classes.pages}>
        {PAGES.map(({ to, name, Icon }) => (
          <Link
            key={to}
            to={to}
            className={classes.page}
            activeProps={{ 'data-active': true, 'aria-current': 'page' }}
          >
            <Icon size={20} stroke={1.7} aria-hidden />
            <span>{name}</span>
          </Link>
        ))}
      </div>
      <AccountMenu session={session} />
    </nav>
  );
}

const SCHEMES = [
  { value: 'auto', name: 'As the system', Icon: IconDeviceDesktop },
  { value: 'light', name: 'Light', Icon: IconSun },
  { value: 'dark', name: 'Dark', Icon: IconMoon },
] as const;

const ZONES = [
  { value: 'local', name: 'Local time' },
  { value: 'utc', name: 'UTC' },
] as const;

function AccountMenu({ session }: { session: WireSession }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { zone } = usePreferences();
  const signOut = useSignOut();
  return (
    <Menu position="right-end" width={220}>
      <Menu.Target>
        <UnstyledButton
          className={classes.account}
          aria-label={`Settings and account of ${session.username}`}
        >
          <IconUserCircle size={22} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.username} · {session.roles.join(', ')}
        </Menu.Label>
        <Menu.Divider />
        {SCHEMES.map(({ value, name, Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={16} />}
            data-chosen={colorScheme === value || undefined}
            onClick={() => setColorScheme(value)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {ZONES.map(({ value, name }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={zone === value}
            leftSection={<IconClock size={16} />}
            data-chosen={zone === value || undefined}
            onClick={() => setPreferences({ zone: value })}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
