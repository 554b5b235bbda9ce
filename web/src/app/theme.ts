/** The theme: green as primary colour, the system font, rounded corners. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const pine: MantineColorsTuple = [
  '#edf7f5',
  '#dbebe8',
  '#b3d7d1',
  '#87c2b8',
  '#63b0a3',
  '#4ba596',
  '#2f8f80',
  '#1b6b63',
  '#155650',
  '#0c3f3a',
];

export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: 7,
  colors: { pine },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  headings: { fontWeight: '600' },
  respectReducedMotion: true,
});
