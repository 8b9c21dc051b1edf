import type { Story } from './story';

export const NIGHTBUS: Story = {
  key: 'nightbus',
  name: 'Nightbus — music video for Lune Park',
  owner: 'alice',
  aspect: '9:16',
  tint: { sky: 262, land: 250, accent: 326, saturation: 76 },
  model: 'wan-2.2',
  lora: { name: 'Neon Rain', strength: 0.9 },
  style: 'vertical music video, neon reflections, anamorphic flares, shallow focus',
  negative: 'daylight, crowd, logo, readable signs',
  days: [24, 4],
  shots: [
    {
      name: 'Verse 1 — last stop',
      travel: { motion: 'The bus pulls in, headlights sweep over wet asphalt, rain slows down', segments: 3 },
      scenes: [
        {
          title: 'Bus in the rain',
          prompt: 'An empty pink night bus waits at the last stop, rain, neon reflections in puddles',
          look: ['city', 'bus', 'night', 'rain', 0.2],
          takes: 2,
        },
        {
          title: 'Singer at the window',
          prompt:
            'A young woman with a silver jacket leans against the bus window, city lights across her face',
          look: ['city', 'portrait', 'night', 'clear', 0.46],
          takes: 1,
          edits: [
            { prompt: 'Turn the jacket cyan', accent: 186 },
            { prompt: 'Blue hour instead of night', time: 'dusk', accent: 186 },
          ],
        },
        {
          title: 'Street lamp flicker',
          prompt: 'A single street lamp flickers over an empty pavement, steam from a manhole',
          look: ['city', 'streetlamp', 'night', 'fog', 0.5],
        },
        {
          title: 'Depot',
          prompt: 'Rows of parked night buses under sodium light, seen from the bridge',
          look: ['city', 'bus', 'dusk', 'clear', 0.16],
        },
      ],
    },
    {
      name: 'Chorus — roof',
      scenes: [
        {
          title: 'On the roof',
          prompt: 'She dances alone on a roof, the skyline pulses in the rhythm, long coat swinging',
          look: ['city', 'dress', 'night', 'stars', 0.44],
          takes: 2,
        },
        {
          title: 'Moon over blocks',
          prompt: 'A huge moon rises between two tower blocks, laundry lines, violet haze',
          look: ['city', 'streetlamp', 'night', 'moon', 0.4],
        },
        {
          title: 'Hero frame',
          prompt: 'Low angle, the singer in full length against the skyline, wind in her hair',
          look: ['city', 'dress', 'dusk', 'clear', 0.56],
          takes: 1,
          fan: true,
          edits: [
            { prompt: 'Swap the dress for an orange raincoat', accent: 24 },
            { prompt: 'Add heavy rain', weather: 'rain' },
          ],
        },
      ],
    },
    {
      name: 'Bridge — empty platform',
      scenes: [
        {
          title: 'Platform',
          prompt: 'An empty platform at four in the morning, one lamp, one forgotten suitcase',
          look: ['room', 'streetlamp', 'night', 'clear', 0.44],
        },
        {
          title: 'Sunrise through glass',
          prompt: 'First sun through the bus windscreen, dust in the air, the city turns gold',
          look: ['city', 'bus', 'dawn', 'sun', 0.24],
          takes: 1,
        },
      ],
    },
  ],
};
