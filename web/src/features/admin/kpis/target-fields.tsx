/** Where a KPI started and where it should get to, from a year on. */
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

/** The year that a target holds from: this year, until another is written. */
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
  /** What stands before the fields' names, such as `targets[0].`. */
  path?: string;
  year: FromYear;
  /** Of baseline and target. */
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

/** Zero, which no target takes, for what is no year. */
export function yearIn(text: string): number {
  return /^\s*\d{4}\s*$/.test(text) ? Number(text) : 0;
}
