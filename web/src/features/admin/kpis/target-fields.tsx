/** The fields of a target: its first year, the baseline, and the target value. */
import { Trans } from '@lingui/react/macro';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '#shared/session/me';
import type { Complaints } from '../forms/complaints';
import { NumberField } from '../forms/number-field';
import type { Numbers } from '../forms/use-numbers';
import classes from '../lists/list.module.css';

interface FromYear {
  text: string;
  write: (text: string) => void;
  forget: () => void;
}

/** The first year of a target: the current year, until the person types another year. */
export function useFromYear(): FromYear {
  const today = useMe()?.organisation.today;
  const [written, setWritten] = useState<string>();
  return {
    text: written ?? String(today?.year ?? ''),
    write: setWritten,
    forget: () => setWritten(undefined),
  };
}

interface TargetFieldsProps {
  /** The prefix of the field names, such as `targets[0].`. */
  path?: string;
  year: FromYear;
  /** The numbers of baseline and target. */
  numbers: Numbers;
  complaints: Complaints;
}

export function TargetFields({ path = '', year, numbers, complaints: { fields } }: TargetFieldsProps) {
  return (
    <div className={classes.fields}>
      <TextInput
        name={`${path}from_year`}
        label={<Trans>From year</Trans>}
        description={<Trans>They hold from this year until a later one has its own.</Trans>}
        value={year.text}
        onChange={({ currentTarget }) => year.write(currentTarget.value)}
        error={fields[`${path}from_year`]}
        inputMode="numeric"
      />
      <NumberField
        numbers={numbers}
        name={`${path}initial_value`}
        label={<Trans>Baseline</Trans>}
        description={<Trans>Where it started: 0 % of the way. For what adds up, the sum of a year.</Trans>}
        fault={fields[`${path}initial_value`]}
      />
      <NumberField
        numbers={numbers}
        name={`${path}target_value`}
        label={<Trans>Target</Trans>}
        description={
          <Trans>Where it should get to: 100 %. A target below the baseline means that less is better.</Trans>
        }
        fault={fields[`${path}target_value`]}
      />
    </div>
  );
}

/** Returns 0, which no target accepts, if the text is no year. */
export function yearIn(text: string): number {
  return /^\s*\d{4}\s*$/.test(text) ? Number(text) : 0;
}
