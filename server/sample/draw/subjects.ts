import type { Palette } from './color';

/**
 * Subjects stand on the origin and are about 100 units tall. `lamp` is what gives light in a moving picture.
 */
type Brush = (palette: Palette, detail: number) => string;

const shape = (d: string, fill: string, more = '') => `<path d='${d}' fill='${fill}'${more}/>`;
const disc = (x: number, y: number, r: number, fill: string, more = '') =>
  `<circle cx='${x}' cy='${y}' r='${r}' fill='${fill}'${more}/>`;

const SKIN = '#d9a47c';

export const SUBJECTS = {
  lighthouse: (p, detail) =>
    shape('M0-92L-150-128V-66zM0-92L150-110V-80z', p.light, ` opacity='.38' class='lamp'`) +
    shape('M-16 0L-9-82H9L16 0z', '#f3ece0') +
    shape('M-15-14L-13-34H13L15-14zM-11-52L-10-70H10L11-52z', p.accent) +
    shape('M-13-82H13V-86H-13zM-8-86V-98H8V-86zM-10-98L0-110L10-98z', p.ink) +
    disc(0, -92, 4, p.light) +
    (detail > 1 ? shape('M-3 0V-10H3V0zM-2-42h4v6h-4z', p.ink) : ''),
  boat: (p, detail) =>
    shape('M-44-14H44L30 4H-30z', p.ink) +
    shape('M2-20V-96L40-24zM-4-20V-84L-32-24z', '#f3ece0') +
    shape('M0-14V-100', 'none', ` stroke='${p.ink}' stroke-width='3'`) +
    (detail > 1 ? shape('M-38-8H38', 'none', ` stroke='${p.accent}' stroke-width='3'`) : ''),
  cottage: (p, detail) =>
    shape('M-40 0V-40H40V0z', '#e8dcc8') +
    shape('M-50-38L0-84L50-38zM20-60V-86H32V-48z', p.accent) +
    shape('M-8 0V-26H8V0zM-30-30h14v14h-14zM18-30h14v14H18z', p.ink) +
    (detail > 1 ? shape('M-23-30v14M25-30v14', 'none', ` stroke='${p.light}'`) : ''),
  keeper: (p, detail) =>
    shape('M-22 0C-24-40-18-70 0-72C18-70 24-40 22 0z', p.accent) +
    disc(0, -82, 12, SKIN) +
    shape('M-18-84Q0-112 18-84z', p.ink) +
    shape('M-11-80Q0-58 11-80Q0-72-11-80z', '#efe9df') +
    (detail > 1
      ? shape('M0-66V-6', 'none', ` stroke='${p.ink}' stroke-dasharray='2 9' stroke-width='3'`)
      : ''),
  portrait: (p, detail) =>
    shape('M-48 0C-46-34-26-38 0-38S46-34 48 0z', p.accent) +
    shape('M-30-46C-36-108 36-108 30-46z', p.ink) +
    shape('M-9-30V-52H9V-30Q0-22-9-30z', SKIN) +
    `<ellipse cx='0' cy='-64' rx='20' ry='25' fill='${SKIN}'/>` +
    shape('M-21-72C-18-98 18-98 21-72Q0-86-21-72z', p.ink) +
    (detail > 0
      ? shape('M-8-64h0M8-64h0', 'none', ` stroke='${p.ink}' stroke-width='4' stroke-linecap='round'`)
      : '') +
    (detail > 1 ? shape('M-6-50Q0-46 6-50', 'none', ` stroke='#8a4b3a' stroke-width='2'`) : ''),
  otter: (p, detail) =>
    shape('M14-8Q60 4 62-22Q44-8 20-20z', '#6b4a32') +
    `<ellipse cx='0' cy='-26' rx='24' ry='30' fill='#7d583c'/><ellipse cx='0' cy='-22' rx='14' ry='22' fill='#d8b88f'/>` +
    disc(-16, -80, 6, '#6b4a32') +
    disc(16, -80, 6, '#6b4a32') +
    disc(0, -68, 21, '#7d583c') +
    disc(0, -61, 10, '#e4caa5') +
    shape('M-8-72h0M8-72h0M0-65h0', 'none', ` stroke='#1d1510' stroke-width='5' stroke-linecap='round'`) +
    (detail > 1 ? shape('M-17-46Q0-38 17-46L19-38Q0-30-19-38z', p.accent) : ''),
  kite: (p, detail) =>
    shape('M0-100L26-70L0-26L-26-70z', p.accent) +
    shape('M0-100L26-70H0zM0-26L-26-70H0z', p.light) +
    shape('M0-26Q-20-10-2 2T-8 30', 'none', ` stroke='${p.ink}' stroke-width='2'`) +
    (detail > 1 ? shape('M-12-10l8 4l-8 4zM-8 12l8 4l-8 4z', p.accent) : ''),
  bus: (p, detail) =>
    shape('M-70-10V-54Q-70-62-62-62H62Q70-62 70-54V-10z', p.accent) +
    shape('M-62-54h20v20h-20zM-38-54h20v20h-20zM-14-54H6v20h-20zM10-54h20v20H10zM36-54h26v24H36z', p.light) +
    disc(-40, -8, 11, p.ink) +
    disc(40, -8, 11, p.ink) +
    shape('M70-20L150-6V6L70-12z', p.light, ` opacity='.4' class='lamp'`) +
    (detail > 1 ? shape('M-70-26H70', 'none', ` stroke='${p.ink}' stroke-width='2'`) : ''),
  streetlamp: (p) =>
    shape('M24-88L-6 0H54z', p.light, ` opacity='.3' class='lamp'`) +
    shape('M-2 0V-92Q-2-100 8-100H26V-96H8Q2-96 2-90V0z', p.ink) +
    disc(24, -92, 6, p.light),
  coat: (p, detail) =>
    shape('M-9 0V-30H-2V0zM3 0V-30H10V0z', p.ink) +
    shape('M-13-78H13L26-18Q0-10-26-18z', p.accent) +
    shape('M-13-78L-28-36L-20-34L-8-60zM13-78L28-36L20-34L8-60z', p.accent, ` stroke='${p.ink}'`) +
    disc(0, -89, 9, SKIN) +
    shape('M-16-91Q0-112 16-91z', p.ink) +
    (detail > 0 ? shape('M0-78V-14', 'none', ` stroke='${p.ink}'`) : '') +
    (detail > 1 ? shape('M-20-46H20v5H-20z', p.ink) : ''),
  dress: (p, detail) =>
    shape('M-8-78H8L10-56L32-6Q0 4-32-6L-10-56z', p.accent) +
    shape('M-8-76L-22-42L-18-40L-6-64zM8-76L22-42L18-40L6-64z', SKIN) +
    disc(0, -88, 9, SKIN) +
    shape('M-10-88C-14-106 14-106 10-88Q14-70 8-72Q10-94-10-88z', p.ink) +
    (detail > 1 ? shape('M-4-54L-12-4M4-54L12-4', 'none', ` stroke='${p.ink}' stroke-opacity='.4'`) : ''),
  kettle: (p, detail) =>
    `<ellipse cx='0' cy='2' rx='52' ry='6' fill='#000' opacity='.25'/>` +
    shape('M-34 0Q-40-56-16-62H16Q40-56 34 0z', p.accent) +
    shape('M30-20Q58-34 56-58Q46-44 32-44zM-14-62Q0-72 14-62zM-4-68h8v-8h-8z', p.ink) +
    shape('M-26-50Q0-108 26-50', 'none', ` stroke='${p.ink}' stroke-width='6'`) +
    (detail > 0
      ? shape('M-24-8Q-28-48-14-54', 'none', ` stroke='#fff' stroke-opacity='.6' stroke-width='4'`)
      : ''),
  mug: (p, detail) =>
    `<ellipse cx='0' cy='2' rx='44' ry='6' fill='#000' opacity='.25'/>` +
    shape('M24-48Q58-52 52-26Q46-8 22-14', 'none', ` stroke='${p.accent}' stroke-width='9'`) +
    shape('M-30 0Q-34-40-32-60H32Q34-40 30 0z', p.accent) +
    `<ellipse cx='0' cy='-60' rx='32' ry='7' fill='${p.ink}'/>` +
    (detail > 0
      ? shape(
          'M-10-70q-8-10 0-18t0-16M8-70q-8-10 0-18t0-16',
          'none',
          ` stroke='#fff' stroke-width='2' class='lamp'`,
        )
      : ''),
  bottle: (p, detail) =>
    `<ellipse cx='0' cy='2' rx='34' ry='5' fill='#000' opacity='.25'/>` +
    shape('M-20 0V-58Q-20-70-8-76V-100H8V-76Q20-70 20-58V0z', p.accent) +
    shape('M-20-18V-48H20V-18zM-9-100h18v-8H-9z', p.light) +
    (detail > 1 ? shape('M-12-28H12M-12-36H6', 'none', ` stroke='${p.ink}' stroke-width='2'`) : ''),
  truck: (p, detail) =>
    shape('M-60-12V-40H8V-12zM8-12V-56H34L52-36V-12z', p.accent) +
    shape('M14-50H32L44-36H14z', p.light) +
    disc(-36, -8, 12, p.ink) +
    disc(34, -8, 12, p.ink) +
    shape('M-64-12q-30-12-60 6q30-2 60 0z', p.light, ` opacity='.3' class='lamp'`) +
    (detail > 1 ? shape('M-56-44h14v-14h-14zM-38-44h18v-22h-18z', '#8b6a45') : ''),
  cactus: (p) =>
    shape(
      'M-8 0V-90Q0-100 8-90V0zM-8-36H-22V-64Q-16-70-14-62V-46H-8zM8-28H22V-58Q28-64 30-54V-20H8z',
      p.ink,
    ) + disc(0, -97, 4, p.accent),
  deer: (p, detail) =>
    shape('M-34 0V-46Q-34-56-20-56H18L30-84Q36-94 46-86L56-78L40-70L32-40L30 0H24L20-30H-20L-26 0z', p.ink) +
    shape(
      'M38-88L30-112M34-100L22-106M42-88L54-110M48-100L60-102',
      'none',
      ` stroke='${p.ink}' stroke-width='3'`,
    ) +
    (detail > 1 ? disc(42, -82, 2, p.light) : ''),
  fox: (p, detail) =>
    shape('M-20 0Q-30-44 0-52Q28-44 18 0zM-18-4Q-66 0-60-40Q-50-16-18-18z', p.accent) +
    shape('M-22-62L-20-92L-6-78H6L20-92L22-62L0-42z', p.accent) +
    shape('M-14-58L0-42L14-58L0-52z', '#f7efe2') +
    (detail > 0
      ? shape('M-8-66h0M8-66h0', 'none', ` stroke='${p.ink}' stroke-width='4' stroke-linecap='round'`)
      : ''),
  lantern: (p) =>
    disc(0, -40, 60, p.light, ` opacity='.25' class='lamp'`) +
    shape('M-20 0H20V-6H-20zM-16-6L-20-62H20L16-6zM-22-62L0-82L22-62z', p.ink) +
    shape('M-12-10L-15-56H15L12-10z', p.light) +
    shape('M0-14Q-12-30 0-48Q12-30 0-14z', p.accent),
  planet: (p, detail) =>
    disc(0, -50, 50, p.accent) +
    shape('M-49-60Q0-46 49-60Q50-50 49-42Q0-26-49-42z', p.light, ` opacity='.5'`) +
    (detail > 0
      ? shape('M-34-86Q0-74 34-86M-40-22Q0-8 40-22', 'none', ` stroke='${p.light}' stroke-width='4'`)
      : '') +
    shape('M20-97A50 50 0 0 1 20-3A62 62 0 0 0 20-97z', p.ink, ` opacity='.4'`),
  ringed: (p, detail) =>
    disc(0, -50, 40, p.accent) +
    shape('M12-88A40 40 0 0 1 12-12A52 52 0 0 0 12-88z', p.ink, ` opacity='.4'`) +
    `<ellipse cx='0' cy='-50' rx='74' ry='16' fill='none' stroke='${p.light}' stroke-width='5' transform='rotate(-18 0 -50)'/>` +
    (detail > 1 ? disc(78, -96, 8, p.light) + disc(-70, -18, 5, p.light) : ''),
  astronaut: (p, detail) =>
    shape('M-24-10Q-30-60 0-62Q30-60 24-10L18 6H4L0-8L-4 6H-18z', '#e9e6ef') +
    shape('M-24-50L-40-24L-32-18L-20-34zM24-50L42-66L36-74L18-54z', '#d3cfdd') +
    disc(0, -76, 22, '#f6f4fa') +
    `<ellipse cx='2' cy='-75' rx='15' ry='13' fill='${p.ink}'/>` +
    shape('M-6-80Q0-86 8-84', 'none', ` stroke='${p.light}' stroke-width='3'`) +
    (detail > 1 ? shape('M-9-44h18v12H-9z', p.accent) : ''),
} satisfies Record<string, Brush>;

export type Subject = keyof typeof SUBJECTS;
