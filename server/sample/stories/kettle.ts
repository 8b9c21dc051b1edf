import type { Story } from './story';

export const KETTLE: Story = {
  key: 'kettle',
  name: 'Kettle One — product shots',
  owner: 'bob',
  aspect: '1:1',
  tint: { sky: 190, land: 192, accent: 8, saturation: 46 },
  model: 'qwen-image',
  style: 'studio product photography, softbox from the left, clean gradient, high detail',
  negative: 'fingerprints, dust, text, duplicate object',
  days: [18, 6],
  shots: [
    {
      name: 'Hero',
      travel: { motion: 'Turntable, a slow quarter turn, steam begins to rise', segments: 3 },
      scenes: [
        {
          title: 'Kettle, coral',
          prompt: 'Coral enamel kettle on a pale teal gradient, crisp highlight along the body',
          look: ['studio', 'kettle', 'day', 'clear', 0.56],
          takes: 2,
          fan: true,
          edits: [
            { prompt: 'Same kettle in sage', accent: 120 },
            { prompt: 'Same kettle in cobalt', accent: 218 },
            { prompt: 'Same kettle in butter yellow', accent: 48 },
          ],
        },
        {
          title: 'Kettle and window light',
          prompt: 'The kettle on a stove top, morning window light, blurred kitchen behind',
          look: ['room', 'kettle', 'dawn', 'clear', 0.5],
          takes: 1,
        },
        {
          title: 'Night kitchen',
          prompt: 'The kettle at night, only the indicator lamp and the moon',
          look: ['room', 'kettle', 'night', 'clear', 0.5],
        },
        {
          title: 'Steam',
          prompt: 'A mug just filled, steam curling against a dark background',
          look: ['studio', 'mug', 'night', 'clear', 0.52],
          takes: 1,
        },
      ],
    },
    {
      name: 'Range',
      scenes: [
        {
          title: 'Mug',
          prompt: 'Matching coral mug, three-quarter view, on light stone',
          look: ['studio', 'mug', 'day', 'clear', 0.5],
          edits: [{ prompt: 'Put it on a breakfast table by a window', time: 'dawn' }],
        },
        {
          title: 'Syrup bottle',
          prompt: 'Glass syrup bottle with a blank paper label, backlit, coral liquid',
          look: ['studio', 'bottle', 'day', 'clear', 0.62],
          takes: 1,
        },
        {
          title: 'Picnic',
          prompt: 'The kettle on a camp stove in the hills, early sun, enamel catching the light',
          look: ['hills', 'kettle', 'dawn', 'sun', 0.42],
        },
        {
          title: 'Client packshot (reference)',
          prompt: '',
          look: ['studio', 'kettle', 'dusk', 'clear', 0.5],
          uploaded: true,
        },
      ],
    },
  ],
};
