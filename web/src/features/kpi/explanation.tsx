/** A progress that explains on request its formula and its values, with the person behind each value. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Kpi, KpiValue, Target } from '#gen/kreis/kpi/v1/kpi_pb';
import type { ProgressPoint } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatShare, formatSum, formatValue, isFlow } from '#shared/numbers/units';
import { dayName, periodName } from '#shared/periods/names';
import { useMe } from '#shared/session/me';
import classes from './kpi.module.css';
import { StateFormula } from './state-formula';

interface Props {
  kpi: Kpi;
  point: ProgressPoint;
  /** The name of the period. */
  period: string;
  /** The values behind the progress, oldest first. */
  values: readonly KpiValue[];
  /** Whether the explanation is open when the page opens. */
  opened: boolean;
}

export function ExplainedProgress({ kpi, point, period, values, opened }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);

  const { t } = useLingui();
  const format = useNumberFormat();
  useEffect(() => {
    if (!opened) return;
    // The focus scrolls the button into view: no popover opens beside a button that is out of sight.
    button.current?.focus();
    setOpen(true);
  }, [opened]);

  if (point.progress === undefined || point.target === undefined) return null;
  const share = formatShare(point.progress, format);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={320}
      trapFocus
      returnFocus
      shadow="md"
    >
      <Popover.Target>
        <UnstyledButton
          ref={button}
          onClick={() => setOpen(!open)}
          className={classes.share}
          aria-label={t`${share}: explain the progress of ${period}`}
        >
          {share}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown
        aria-label={t`Progress of ${period}`}
        className={classes.explanation}
        // Focusable, so that the keyboard can scroll a long list of months.
        tabIndex={0}
        data-autofocus
      >
        <Stack gap="xs">
          <Text fw={600}>
            <Trans>Progress of {period}</Trans>
          </Text>
          <Formula kpi={kpi} point={point} target={point.target} share={share} />
          <StateFormula kpi={kpi} point={point} target={point.target} />
          <Sources kpi={kpi} values={values} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface FormulaProps {
  kpi: Kpi;
  point: ProgressPoint;
  target: Target;
  share: string;
}

function Formula({ kpi: { unit }, point, target, share }: FormulaProps) {
  const format = useNumberFormat();
  const { fromYear } = target;
  const number = point.sum ?? point.value;
  const reached = number === undefined ? undefined : formatSum(number, unit, format);
  const baseline = formatValue(target.initialValue, unit, format);
  const aim = formatValue(target.targetValue, unit, format);
  return (
    <>
      <Text size="sm">
        {isFlow(unit) ? (
          <Trans>(sum of the year − baseline) ÷ (target − baseline)</Trans>
        ) : (
          <Trans>(value − baseline) ÷ (target − baseline)</Trans>
        )}
      </Text>
      <Text size="sm">
        ({reached} − {baseline}) ÷ ({aim} − {baseline}) = <strong>{share}</strong>
      </Text>
      <Text size="sm" className="quiet">
        <Trans>Baseline and target hold from {fromYear} on. Who set them stands in the changes below.</Trans>
      </Text>
    </>
  );
}

function Sources({ kpi, values }: { kpi: Kpi; values: readonly KpiValue[] }) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const me = useMe();
  return (
    <ul className={classes.sources}>
      {values.map(({ id, period, value, updatedBy, updateTime }) => (
        <li key={id}>
          {period !== undefined && periodName(period, kpi.periodicity, i18n)}:{' '}
          <strong>{value !== undefined && formatValue(value, kpi.unit, format)}</strong>
          <div className={classes.note}>
            {updatedBy?.displayName}
            {updateTime !== undefined && me !== undefined && (
              <>, {dayName(updateTime, i18n, me.organisation.timeZone)}</>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
