import type { Story } from './story';

export const DUSTROADS: Story = {
  key: 'dustroads',
  name: 'Dust Roads (doc opener)',
  owner: 'bob',
  aspect: '16:9',
  tint: { sky: 198, land: 18, accent: 30, saturation: 60 },
  model: 'wan-2.2',
  lora: { name: 'Kodachrome Highway', strength: 0.7 },
  style: 'documentary, Kodachrome colours, heat haze, long lens',
  negative: 'city, snow, modern cars, text',
  days: [52, 20],
  shots: [
    {
      name: 'Opening — the road',
      travel: {
        motion: 'The pickup crosses frame from left to right, dust trail hangs in the air',
        segments: 5,
      },
      scenes: [
        {
          title: 'Empty road, noon',
          prompt: 'A straight empty road between mesas at noon, heat shimmer, one cactus',
          look: ['desert', 'cactus', 'day', 'sun', 0.36],
          takes: 1,
        },
        {
          title: 'Pickup arrives',
          prompt: 'An old rust-red pickup truck with crates on the bed, dust behind it, mesas far away',
          look: ['desert', 'truck', 'day', 'clear', 0.34],
          takes: 2,
          edits: [
            { prompt: 'Paint the truck faded turquoise', accent: 178 },
            { prompt: 'Golden hour, longer shadows', time: 'dusk', accent: 178 },
            { prompt: 'Headlights on, almost night', time: 'night', weather: 'stars', accent: 178 },
          ],
        },
        {
          title: 'Roadside stop',
          prompt: 'A lonely whitewashed store beside the road, awning, evening light',
          look: ['desert', 'cottage', 'dusk', 'clear', 0.38],
        },
        {
          title: 'Night drive',
          prompt: 'The pickup at night under the Milky Way, headlights on gravel',
          look: ['desert', 'truck', 'night', 'stars', 0.32],
        },
      ],
    },
    {
      name: 'People of the route',
      scenes: [
        {
          title: 'Teresa, beekeeper',
          prompt: 'Portrait of a beekeeper in her sixties, veil pushed back, squinting into the sun',
          look: ['desert', 'portrait', 'day', 'sun', 0.72],
          takes: 1,
        },
        {
          title: 'Walt, driver',
          prompt: 'A truck driver with a straw hat leans on his door, dust on his sleeves',
          look: ['desert', 'keeper', 'dusk', 'clear', 0.64],
          takes: 1,
        },
        {
          title: 'Teresa at dusk',
          prompt: 'The beekeeper among her hives at dusk, lantern in hand',
          look: ['hills', 'keeper', 'dusk', 'stars', 0.54],
        },
      ],
    },
    {
      name: 'Title card',
      scenes: [
        {
          title: 'Mesa, title space',
          prompt: 'Single mesa in the lower third, huge empty sky for the title',
          look: ['desert', 'cactus', 'dawn', 'moon', 0.26],
          takes: 2,
        },
        {
          title: 'Scout photo km 41',
          prompt: '',
          look: ['desert', 'truck', 'dawn', 'clear', 0.28],
          uploaded: true,
        },
      ],
    },
  ],
};
