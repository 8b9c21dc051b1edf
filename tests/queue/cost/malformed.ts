import { factors, LONG, second, unit, type CostCase } from './costCase';

const leftOut = (place: string, words: string) => [
  new RegExp(`^${place.replaceAll('.', '\\.')} ${words}: left out$`),
];
const NO_NUMBER = 'is not a positive number';

/** Each stands in the place of a number, and counts as missing. */
const NO_NUMBERS = ['"2"', '"abc"', 'true', '[2]', '{"2": 2}', '-2', '-0.0001', '-1e300', `-${LONG}`];

export const MALFORMED_CASES: CostCase[] = [
  ...NO_NUMBERS.flatMap((value): CostCase[] => [
    {
      what: `a factor of a resolution: ${value.slice(0, 20)}`,
      rate: unit,
      factors: `{"resolution": {"720p": ${value}}}`,
      params: '{"resolution": "720p"}',
      cost: '0.0500',
      notes: leftOut('cost_factors.resolution.720p', NO_NUMBER),
    },
    {
      what: `a factor of a model: ${value.slice(0, 20)}`,
      rate: second,
      factors: `{"modelType": {"pro": ${value}}}`,
      params: '{"model_type": "pro"}',
      seconds: 10,
      cost: '0.2780',
      notes: leftOut('cost_factors.modelType.pro', NO_NUMBER),
    },
    {
      what: `a price of a frame: ${value.slice(0, 20)}`,
      rate: unit,
      factors: `{"frameCount": ${value}}`,
      params: '{"frame_count": 81}',
      cost: '0.0500',
      notes: leftOut('cost_factors.frameCount', NO_NUMBER),
    },
    {
      what: `a number of frames: ${value.slice(0, 20)}`,
      rate: second,
      factors,
      params: `{"frame_count": ${value}}`,
      seconds: 10,
      cost: '0.2780',
      notes: leftOut('params.frame_count', NO_NUMBER),
    },
  ]),
  ...['2', '"720p"', 'true', '[]'].map((value): CostCase => ({
    what: `the factors of resolutions: ${value}`,
    rate: unit,
    factors: `{"resolution": ${value}}`,
    params: '{"resolution": "720p"}',
    cost: '0.0500',
    notes: leftOut('cost_factors.resolution', 'is not an object'),
  })),
  ...['720', 'true', '["720p"]', '{"720p": 1}', LONG].map((value): CostCase => ({
    what: `a resolution: ${value.slice(0, 20)}`,
    rate: unit,
    factors,
    params: `{"resolution": ${value}}`,
    cost: '0.0500',
    notes: leftOut('params.resolution', 'is not a text'),
  })),
  {
    what: 'a model that is a number',
    rate: unit,
    factors,
    params: '{"model_type": 3}',
    cost: '0.0500',
    notes: leftOut('params.model_type', 'is not a text'),
  },
  {
    what: 'nulls, which are no faults',
    rate: unit,
    factors: '{"resolution": null, "frameCount": null, "modelType": null}',
    params: '{"resolution": null, "frame_count": null, "model_type": null}',
    cost: '0.0500',
  },
  {
    what: 'a null where a factor should be',
    rate: unit,
    factors: '{"resolution": {"720p": null}}',
    params: '{"resolution": "720p"}',
    cost: '0.0500',
    notes: leftOut('cost_factors.resolution.720p', NO_NUMBER),
  },
  // (0.05 + 0.001 × 81) × 3: one fault does not take the rest with it
  {
    what: 'one fault among what is right',
    rate: unit,
    factors,
    params: '{"resolution": 720, "frame_count": 81, "model_type": "pro"}',
    cost: '0.3930',
    notes: leftOut('params.resolution', 'is not a text'),
  },
  {
    what: 'everything wrong',
    rate: unit,
    factors: '{"resolution": 1, "frameCount": -1, "modelType": "x"}',
    params: '{"resolution": [], "frame_count": "many", "model_type": {}}',
    cost: '0.0500',
    notes: [
      /^cost_factors\.resolution /,
      /^cost_factors\.frameCount /,
      /^params\.frame_count /,
      /^cost_factors\.modelType /,
    ],
  },
];
