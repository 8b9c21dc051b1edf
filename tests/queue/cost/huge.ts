import { factors, LONG, second, unit, type CostCase } from './costCase';

const MOST = '9999999999.9999';
const tooMuch = /^the cost is larger than a bill can be: 9999999999\.9999$/;
const resolution = (factor: string) => ({
  factors: `{"resolution": {"x": ${factor}}}`,
  params: '{"resolution": "x"}',
});

export const HUGE_CASES: CostCase[] = [
  // 999999.999999 × 10000 = 9999999999.99
  {
    what: 'nearly all there is',
    rate: { per_unit: '999999.999999' },
    ...resolution('10000'),
    cost: '9999999999.9900',
  },
  // 999999.999999 × 3600
  { what: 'the dearest hour', rate: { per_second: '999999.999999' }, seconds: 3600, cost: '3599999999.9964' },
  ...['1e30', '1e300', LONG].flatMap((value): CostCase[] => [
    {
      what: `a factor of ${value.slice(0, 9)}`,
      rate: unit,
      ...resolution(value),
      cost: MOST,
      notes: [tooMuch],
    },
    {
      what: `frames by the second: ${value.slice(0, 9)}`,
      rate: second,
      factors,
      params: `{"frame_count": ${value}}`,
      seconds: 10,
      cost: MOST,
      notes: [tooMuch],
    },
    {
      what: `all factors of ${value.slice(0, 9)}`,
      rate: second,
      factors: `{"resolution": {"x": ${value}}, "frameCount": ${value}, "modelType": {"y": ${value}}}`,
      params: `{"resolution": "x", "frame_count": ${value}, "model_type": "y"}`,
      cost: MOST,
      notes: [tooMuch],
    },
    {
      what: `nothing times ${value.slice(0, 9)}`,
      rate: { per_unit: '0' },
      ...resolution(value),
      cost: '0.0000',
    },
  ]),
  { what: 'hardly anything', rate: unit, ...resolution('1e-300'), cost: '0.0000' },
  {
    what: 'hardly anything, with thousands of digits',
    rate: unit,
    ...resolution(`0.${'0'.repeat(10_000)}1`),
    cost: '0.0000',
  },
];
