/**
 * The values of the demo's KPIs, oldest first and without gaps, for the tests of the slip questions.
 * The source is `kreis export` of a demo that was filled in November 2026; standalone/src/demo.rs
 * computes the values.
 */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';

export interface DemoKpi {
  name: string;
  unit: Unit;
  /** Months from one value to the next. */
  span: number;
  /** Months from January of the year 0 to its first value. */
  first: number;
  limits: { minimum: number; maximum: number } | undefined;
  values: readonly number[];
}

export const DEMO_KPIS: readonly DemoKpi[] = [
  {
    name: 'consultations',
    unit: Unit.AMOUNT,
    span: 1,
    first: 2023 * 12 + 10,
    limits: undefined,
    values: [
      714, 791, 724, 650, 707, 635, 704, 652, 740, 700, 791, 742, 814, 740, 786, 693, 731, 640, 690, 751, 688,
      761, 833, 765, 818, 857, 752, 772, 790, 681, 712, 754, 804, 726, 779, 824,
    ],
  },
  {
    name: 'net promoter score',
    unit: Unit.SCORE,
    span: 12,
    first: 2023 * 12 + 11,
    limits: { minimum: -100, maximum: 100 },
    values: [30, 38, 43],
  },
  {
    name: 'reachability',
    unit: Unit.PERCENTAGE,
    span: 1,
    first: 2023 * 12 + 10,
    limits: { minimum: 0, maximum: 100 },
    values: [
      84.1, 81.5, 83.3, 80.1, 81.5, 83.2, 80.3, 82.7, 80.5, 83.3, 86, 83.7, 85.7, 87.3, 83.6, 84.5, 85.2,
      86.2, 82.7, 84.3, 86.2, 88.3, 90.4, 87.4, 88.7, 89.6, 90, 90.2, 90.3, 85.7, 86.3, 87.2, 88.5, 89.9,
      91.3,
    ],
  },
  {
    name: 'newsletter open rate',
    unit: Unit.PERCENTAGE,
    span: 1,
    first: 2023 * 12 + 10,
    limits: { minimum: 0, maximum: 100 },
    values: [
      24.8, 23.2, 24, 24.7, 22.7, 23.4, 24.3, 22.8, 24, 25.4, 26.7, 25.3, 26.2, 26.9, 27.3, 25, 25.2, 25.6,
      26.1, 26.8, 25, 26, 27, 27.8, 28.3, 28.6, 28.7, 28.6, 28.5, 25.8, 25.9, 26.3, 26.8, 27.4, 27.9,
    ],
  },
  {
    name: 'sessions on the website',
    unit: Unit.AMOUNT,
    span: 1,
    first: 2023 * 12 + 10,
    limits: undefined,
    values: [
      39721, 44602, 39287, 42801, 36843, 40551, 35511, 40554, 36849, 42810, 48658, 44616, 49097, 43271, 45968,
      48134, 40829, 43189, 46160, 40496, 44803, 49416, 44556, 48526, 51660, 44485, 45835, 46653, 47360, 48372,
      40636, 42984, 45943, 49208, 52360, 54983,
    ],
  },
  {
    name: 'donations',
    unit: Unit.CHF,
    span: 1,
    first: 2023 * 12 + 10,
    limits: undefined,
    values: [
      97800, 133498, 128672.15, 121738.6, 114358.65, 108193.6, 104459.6, 103601.75, 105174.95, 107963,
      110304.65, 110538.65, 107448.8, 137790, 127607.35, 115317, 102580.25, 91058.4, 119167.6, 112952.95,
      109169.35, 106600.6, 140785.45, 135662.65, 127216, 152200.4, 136660.95, 119013.8, 138120.25, 121241.6,
      106794, 132422.55, 123282.15, 115356.6, 144184.65,
    ],
  },
  {
    name: 'grants approved',
    unit: Unit.PERCENTAGE,
    span: 3,
    first: 2023 * 12 + 11,
    limits: { minimum: 0, maximum: 100 },
    values: [45.7, 42.3, 40.5, 49.4, 47.8, 48.5, 50.9, 56.6, 51.9, 56.7, 56, 58.6],
  },
  {
    name: 'new members',
    unit: Unit.AMOUNT,
    span: 1,
    first: 2023 * 12 + 10,
    limits: undefined,
    values: [
      40, 41, 42, 27, 26, 26, 27, 28, 31, 35, 38, 40, 41, 40, 39, 36, 33, 31, 30, 30, 30, 31, 47, 47, 46, 43,
      40, 35, 45, 40, 37, 35, 33, 47, 46, 44,
    ],
  },
  {
    name: 'overtime hours',
    unit: Unit.AMOUNT,
    span: 3,
    first: 2023 * 12 + 11,
    limits: undefined,
    values: [259, 191, 182, 195, 235, 194, 164, 205, 176, 163, 160, 180],
  },
  {
    name: 'satisfaction of staff',
    unit: Unit.SCORE,
    span: 12,
    first: 2023 * 12 + 11,
    limits: { minimum: 0, maximum: 100 },
    values: [65, 69, 73],
  },
  {
    name: 'short-term leave',
    unit: Unit.PERCENTAGE,
    span: 1,
    first: 2023 * 12 + 10,
    limits: { minimum: 0, maximum: 100 },
    values: [
      3.3, 3.2, 3, 2.8, 3.3, 3.1, 2.9, 2.8, 2.8, 2.8, 2.7, 3.4, 3.2, 3, 2.7, 3.1, 2.8, 2.5, 2.2, 2.7, 2.5,
      2.4, 3, 2.8, 2.6, 2.9, 2.6, 2.9, 2.4, 2, 2.4, 2, 2.5, 2.3, 2.7,
    ],
  },
];
