/** Another number in a value's place, beside what became of it so far. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import type { Kpi, KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { formatNumber, useNumberFormat } from '#shared/numbers/formats';
import { type Reading, readTyped } from '#shared/numbers/reading';
import { adornmentOf, formatValue } from '#shared/numbers/units';
import { BothVersions } from './both-versions';
import classes from './kpi.module.css';
import { RecentChanges } from './recent-changes';

interface Props {
  kpi: Kpi;
  /** The value as it was when the correction began: it stays, whatever others do meanwhile. */
  value: KpiValue;
  /** What its period is called. */
  period: string;
  onSaved: () => void;
  onCancel: () => void;
}

interface Attempt {
  value: number;
  etag: string;
  requestId: string;
}

export function Correction({ kpi, value, period, onSaved, onCancel }: Props) {
  const { t, i18n } = useLingui();
  const format = useNumberFormat();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(() =>
    value.value === undefined ? '' : formatNumber(value.value, format),
  );
  const [reading, setReading] = useState<Reading>();
  const attempted = useRef<Attempt>(undefined);
  const correct = useMutation(KpiValueService.method.correctKpiValue, {
    onSuccess: () => {
      // Sums, progress and the log follow from a value.
      void queries.invalidateQueries();
      onSaved();
    },
    onError: (error) => {
      if (isStale(error)) void queries.invalidateQueries();
    },
  });

  function read(event: FormEvent) {
    event.preventDefault();
    const found = readTyped(typed, format, adornmentOf(kpi.unit));
    setReading(found);
    if (found.kind === 'number') save(found.value, value.etag);
  }

  /** The same attempt again, after a lost connection, is the same request. */
  function save(number: number, etag: string) {
    const last = attempted.current;
    const again = last !== undefined && last.value === number && last.etag === etag;
    attempted.current = again ? last : { value: number, etag, requestId: crypto.randomUUID() };
    correct.mutate({ kpiValueId: value.id, ...attempted.current });
  }

  const stale = correct.isError && isStale(correct.error);
  const mine = stale ? correct.variables.value : undefined;

  function faultOf(found: Reading | undefined) {
    switch (found?.kind) {
      case 'blank':
        return t`Type a number. Zero is a number, too.`;
      case 'unreadable':
        return t`This cannot be read as a number.`;
      case 'ambiguous':
        return t`This can be read in two ways. Which number do you mean?`;
      default:
        return undefined;
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves from every control in it.
    <div
      className={classes.correction}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onCancel();
      }}
    >
      <form onSubmit={read} noValidate>
        <Stack gap="sm">
          <TextInput
            label={t`New value for ${period}`}
            inputMode="decimal"
            autoComplete="off"
            // Whoever opens it is about to type.
            autoFocus
            onFocus={({ currentTarget }) => currentTarget.select()}
            value={typed}
            onChange={({ currentTarget }) => {
              setTyped(currentTarget.value);
              setReading(undefined);
            }}
            error={faultOf(reading)}
          />
          {reading?.kind === 'ambiguous' && (
            <Group gap="xs">
              {reading.values.map((number) => (
                <Button
                  key={number}
                  variant="default"
                  size="compact-md"
                  onClick={() => {
                    setTyped(formatNumber(number, format));
                    setReading(undefined);
                  }}
                >
                  {formatValue(number, kpi.unit, format)}
                </Button>
              ))}
            </Group>
          )}
          {correct.isError && !stale && (
            <Alert color="yellow" variant="light" role="alert">
              {sentenceOf(correct.error, i18n)}
            </Alert>
          )}
          {mine !== undefined ? (
            <BothVersions
              kpi={kpi}
              valueId={value.id}
              mine={mine}
              onTakeTheirs={onCancel}
              onTakeMine={(etag) => save(mine, etag)}
            />
          ) : (
            <Group gap="xs">
              <Button type="submit" loading={correct.isPending}>
                <Trans>Save</Trans>
              </Button>
              <Button variant="default" onClick={onCancel}>
                <Trans>Cancel</Trans>
              </Button>
            </Group>
          )}
        </Stack>
      </form>
      <RecentChanges valueId={value.id} />
    </div>
  );
}

function isStale(error: unknown): boolean {
  return refusalOf(error).reason === 'ETAG_MISMATCH';
}
