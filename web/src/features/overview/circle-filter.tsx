import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import type { OverviewAddress } from './address';
import classes from './overview.module.css';

type Choice = NonNullable<OverviewAddress['circle']>;

interface Props {
  chosen: Choice;
  circles: readonly { id: string; name: string }[];
  /** Whether the reader has circles of their own. */
  mine: boolean;
  onChoose: (circle: Choice) => void;
}

export function CircleFilter({ chosen, circles, mine, onChoose }: Props) {
  const { t } = useLingui();
  return (
    <NativeSelect
      label={<Trans>Circles</Trans>}
      className={classes.circleFilter}
      value={String(chosen)}
      onChange={({ currentTarget: { value } }) =>
        onChoose(value === 'mine' || value === 'all' ? value : Number(value))
      }
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
