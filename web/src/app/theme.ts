import { ActionIcon, Button, createTheme, Menu, Modal, Popover, Tooltip } from '@mantine/core';

/** Defaults of the library's components. Colours and measures are custom properties in `styles/tokens.css`. */
export const theme = createTheme({
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'compact-sm', variant: 'default' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 28, variant: 'subtle', color: 'var(--sk-dim)' } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 400, withArrow: false, transitionProps: { duration: 80 } },
    }),
    Menu: Menu.extend({
      defaultProps: { transitionProps: { duration: 80 }, position: 'bottom-end', shadow: undefined },
    }),
    Popover: Popover.extend({ defaultProps: { transitionProps: { duration: 80 } } }),
    // The page itself never scrolls, so nothing has to be locked.
    Modal: Modal.extend({
      defaultProps: { lockScroll: false, transitionProps: { duration: 100 }, centered: false },
    }),
  },
});
