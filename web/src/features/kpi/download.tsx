/** Downloads the KPI's values as a CSV file, and their chart as a PNG file. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type ComponentType, useState } from 'react';
import type { Kpi, KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { useMe } from '#shared/session/me';
import type { ChartShape } from './chart-shape';
import type { PictureProps } from './picture';
import { valuesFile } from './values-file';

export function DownloadValues({ kpi, values }: { kpi: Kpi; values: readonly KpiValue[] }) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const me = useMe();

  function download(timeZone: string) {
    const file = valuesFile(kpi, values, { i18n, format, timeZone });
    save(new Blob([file], { type: 'text/csv;charset=utf-8' }), `${fileName(kpi)}.csv`);
  }

  return (
    <Button
      variant="default"
      disabled={me === undefined}
      onClick={() => me && download(me.organisation.timeZone)}
    >
      <Trans>Download as CSV</Trans>
    </Button>
  );
}

interface DownloadChartProps {
  kpi: Kpi;
  shape: ChartShape;
  /** The year that the chart shows; absent for all years. */
  year: number | undefined;
}

export function DownloadChart({ kpi, shape, year }: DownloadChartProps) {
  const [Picture, setPicture] = useState<ComponentType<PictureProps>>();

  async function draw() {
    const loaded = await import('./picture');
    setPicture(() => loaded.Picture);
  }

  function onDrawn(png: Blob) {
    setPicture(undefined);
    save(png, year === undefined ? `${fileName(kpi)}.png` : `${fileName(kpi)}-${year}.png`);
  }

  return (
    <>
      <Button variant="default" onClick={() => void draw()}>
        <Trans>Download as PNG</Trans>
      </Button>
      {Picture && <Picture kpi={kpi} shape={shape} onDrawn={onDrawn} />}
    </>
  );
}

function save(file: Blob, name: string) {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Replaces all characters that file systems may refuse. */
function fileName({ circleName, name }: Kpi): string {
  return `${circleName} ${name}`.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
}
