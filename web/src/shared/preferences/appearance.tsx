/** A select for the colour scheme: light, dark, or the setting of the operating system. */
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, useMantineColorScheme } from '@mantine/core';

export function Appearance() {
  const { t } = useLingui();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <NativeSelect
      label={<Trans>Appearance</Trans>}
      value={colorScheme}
      data={[
        { value: 'auto', label: t`Automatic` },
        { value: 'light', label: t`Light` },
        { value: 'dark', label: t`Dark` },
      ]}
      onChange={({ currentTarget: { value } }) => {
        setColorScheme(value === 'light' || value === 'dark' ? value : 'auto');
      }}
    />
  );
}
