/** The definition of a KPI: its facts, its baselines and its targets. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { PERIODICITY_NAMES, UNIT_NAMES } from '#shared/kpis/names';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatValue, isFlow } from '#shared/numbers/units';
import classes from './kpi.module.css';

export function Definition({ kpi }: { kpi: Kpi }) {
  const { i18n } = useLingui();
  return (
    <div className={classes.definition}>
      <section aria-labelledby="definition">
        <Title order={2} size="h4" id="definition">
          <Trans>Definition</Trans>
        </Title>
        <dl className={classes.facts}>
          <Fact name={<Trans>Circle</Trans>}>{kpi.circleName}</Fact>
          <Fact name={<Trans>Periodicity</Trans>}>{i18n._(PERIODICITY_NAMES[kpi.periodicity])}</Fact>
          <Fact name={<Trans>Unit</Trans>}>
            {i18n._(UNIT_NAMES[kpi.unit])}
            {', '}
            {isFlow(kpi.unit) ? (
              <Trans>adds up within the year</Trans>
            ) : (
              <Trans>the newest value is the state</Trans>
            )}
          </Fact>
          <Fact name={<Trans>Limits</Trans>}>
            <Limits kpi={kpi} />
          </Fact>
          <Fact name={<Trans>Whom to ask</Trans>}>
            {kpi.steward?.displayName ?? <Trans>nobody named</Trans>}
          </Fact>
          <Fact name={<Trans>State</Trans>}>
            {kpi.active ? <Trans>active</Trans> : <Trans>inactive</Trans>}
          </Fact>
        </dl>
      </section>
      <Targets kpi={kpi} />
    </div>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Limits({ kpi: { limits, unit } }: { kpi: Kpi }) {
  const format = useNumberFormat();
  const minimum = limits?.minimum === undefined ? undefined : formatValue(limits.minimum, unit, format);
  const maximum = limits?.maximum === undefined ? undefined : formatValue(limits.maximum, unit, format);
  if (minimum === undefined && maximum === undefined) return <Trans>none</Trans>;
  if (minimum === undefined) return <Trans>at most {maximum}</Trans>;
  if (maximum === undefined) return <Trans>at least {minimum}</Trans>;
  return (
    <Trans>
      {minimum} to {maximum}
    </Trans>
  );
}

function Targets({ kpi: { targets, unit } }: { kpi: Kpi }) {
  const format = useNumberFormat();
  return (
    <section aria-labelledby="targets">
      <Title order={2} size="h4" id="targets">
        <Trans>Targets</Trans>
      </Title>
      {targets.length === 0 ? (
        <Text mt="xs" className="quiet">
          <Trans>There is no target, so there is no progress.</Trans>
        </Text>
      ) : (
        <table className={classes.table} aria-labelledby="targets">
          <thead>
            <tr>
              <th scope="col">
                <Trans>From year</Trans>
              </th>
              <th scope="col" className={classes.figure}>
                <Trans>Baseline</Trans>
              </th>
              <th scope="col" className={classes.figure}>
                <Trans>Target</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {targets.map(({ fromYear, initialValue, targetValue }) => (
              <tr key={fromYear}>
                <th scope="row">{fromYear}</th>
                <td className={classes.figure}>{formatValue(initialValue, unit, format)}</td>
                <td className={classes.figure}>{formatValue(targetValue, unit, format)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
