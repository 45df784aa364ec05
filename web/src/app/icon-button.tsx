import { ActionIcon, type ActionIconProps, Tooltip } from '@mantine/core';
import type { MouseEventHandler, ReactNode, Ref } from 'react';

interface IconButtonProps extends ActionIconProps {
  /** Says what the button does: its name for assistive technology and its tooltip. */
  label: string;
  onClick?: MouseEventHandler<HTMLButtonElement>;
  children: ReactNode;
  pressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, pressed, children, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-pressed={pressed} {...rest}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
