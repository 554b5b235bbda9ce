import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import classes from './overview.module.css';

interface Props {
  /** An id, `all` or `mine`. */
  chosen: string;
  circles: readonly { id: string; name: string }[];
  /** Whether the reader has circles of their own. */
  mine: boolean;
  onChoose: (circle: string) => void;
}

export function CircleFilter({ chosen, circles, mine, onChoose }: Props) {
  const { t } = useLingui();
  return (
    <NativeSelect
      label={<Trans>Circles</Trans>}
      className={classes.circleFilter}
      value={chosen}
      onChange={({ currentTarget: { value } }) => onChoose(value)}
    >
      {mine && <option value="mine">{t`My circles`}</option>}
      <option value="all">{t`All circles`}</option>
      <optgroup label={t`One circle`}>
        {circles.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </optgroup>
    </NativeSelect>
  );
}
