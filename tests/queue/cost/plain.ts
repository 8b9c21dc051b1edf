import { factors, second, unit, type CostCase } from './costCase';

export const PLAIN_CASES: CostCase[] = [
  { what: 'a piece', rate: unit, cost: '0.0500' },
  { what: 'a piece, however long it takes', rate: unit, seconds: 100, cost: '0.0500' },
  {
    what: 'a piece that is free',
    rate: { per_unit: '0' },
    factors,
    params: '{"resolution": "720p"}',
    cost: '0.0000',
  },
  // 0.05 × 2
  { what: 'a larger piece', rate: unit, factors, params: '{"resolution": "720p"}', cost: '0.1000' },
  {
    what: 'a resolution that is not listed',
    rate: unit,
    factors,
    params: '{"resolution": "8k"}',
    cost: '0.0500',
  },
  { what: 'no resolution', rate: unit, factors, cost: '0.0500' },
  { what: 'a resolution where none counts', rate: unit, params: '{"resolution": "720p"}', cost: '0.0500' },
  // 0.05 + 0.001 × 81
  { what: 'frames', rate: unit, factors, params: '{"frame_count": 81}', cost: '0.1310' },
  {
    what: 'frames of a piece, not by the second',
    rate: unit,
    factors,
    params: '{"frame_count": 81}',
    seconds: 10,
    cost: '0.1310',
  },
  // 0.05 + 0.001 × 1.5
  { what: 'half a frame', rate: unit, factors, params: '{"frame_count": 1.5}', cost: '0.0515' },
  { what: 'no frame', rate: unit, factors, params: '{"frame_count": 0}', cost: '0.0500' },
  { what: 'frames where none count', rate: unit, params: '{"frame_count": 81}', cost: '0.0500' },
  // 0.05 × 3
  { what: 'a better model', rate: unit, factors, params: '{"model_type": "pro"}', cost: '0.1500' },
  {
    what: 'a model that is not listed',
    rate: unit,
    factors,
    params: '{"model_type": "toy"}',
    cost: '0.0500',
  },
  // (0.05 × 2 + 0.001 × 81) × 3; frames first would be 0.786, the model first 0.381
  {
    what: 'all three, in their order',
    rate: unit,
    factors,
    params: '{"resolution": "720p", "frame_count": 81, "model_type": "pro"}',
    cost: '0.5430',
  },
  // 0.05 × 0 + 0.001 × 10
  {
    what: 'a resolution for nothing, with frames',
    rate: unit,
    factors: '{"resolution": {"draft": 0}, "frameCount": 0.001}',
    params: '{"resolution": "draft", "frame_count": 10}',
    cost: '0.0100',
  },
  // (0.05 + 0.001 × 10) × 0
  {
    what: 'a model for nothing',
    rate: unit,
    factors: '{"frameCount": 0.001, "modelType": {"own": 0}}',
    params: '{"model_type": "own", "frame_count": 10}',
    cost: '0.0000',
  },
  {
    what: 'a resolution without a name',
    rate: unit,
    factors: '{"resolution": {"": 4}}',
    params: '{"resolution": ""}',
    cost: '0.2000',
  },

  { what: 'a second', rate: second, cost: '0.0278' },
  { what: 'ten seconds', rate: second, seconds: 10, cost: '0.2780' },
  // 3 × 0.0278
  { what: 'a second begun', rate: second, seconds: 2.1, cost: '0.0834' },
  { what: 'less than a second', rate: second, seconds: 0.2, cost: '0.0278' },
  // 3600 × 0.0278
  { what: 'an hour', rate: second, seconds: 3600, cost: '100.0800' },
  // 0.278 × 3.5
  {
    what: 'ten large seconds',
    rate: second,
    factors,
    params: '{"resolution": "1080p"}',
    seconds: 10,
    cost: '0.9730',
  },
  // 0.0278 × 10 + 0.001 × 81 × 10
  {
    what: 'frames, by the second',
    rate: second,
    factors,
    params: '{"frame_count": 81}',
    seconds: 10,
    cost: '1.0880',
  },
  // (0.0278 × 10 × 2 + 0.001 × 81 × 10) × 3
  {
    what: 'all three by the second, in their order',
    rate: second,
    factors,
    params: '{"resolution": "720p", "frame_count": 81, "model_type": "pro"}',
    seconds: 10,
    cost: '4.0980',
  },
  // 0.000123 × 7 = 0.000861
  { what: 'seven cheap seconds', rate: { per_second: '0.000123' }, seconds: 7, cost: '0.0009' },

  { what: 'half of the last place, up', rate: { per_unit: '0.00005' }, cost: '0.0001' },
  { what: 'half of the last place after an even one, up', rate: { per_unit: '0.00025' }, cost: '0.0003' },
  { what: 'less than half of it, down', rate: { per_unit: '0.000049' }, cost: '0.0000' },
  { what: 'more than half of it, up', rate: { per_unit: '0.123451' }, cost: '0.1235' },
  // 0.00004 × 10: rounded first it were nothing
  {
    what: 'one rounding, at the end',
    rate: { per_unit: '0.00004' },
    factors: '{"resolution": {"x": 10}}',
    params: '{"resolution": "x"}',
    cost: '0.0004',
  },
  // 0.333333 × 3 = 0.999999
  { what: 'a rounding over the point', rate: { per_second: '0.333333' }, seconds: 3, cost: '1.0000' },

  { what: 'orchestration', rate: 'orchestration', cost: '0.0000' },
  {
    what: 'orchestration with factors, for hours',
    rate: 'orchestration',
    factors,
    params: '{"resolution": "720p", "frame_count": 81}',
    seconds: 7200,
    cost: '0.0000',
  },
];
