import type { Tint } from './draw/color';
import { SAMPLE_USERS } from './users';

type Owner = 'alice' | 'bob' | 'carol';

/** Credits that came in; `daysAgo` counts from the load, amounts are credits. */
export interface Payment {
  daysAgo: number;
  amount: number;
  type: 'stripe' | 'manual' | 'auto_topup';
  note: string;
}

/** A sample user, with what his account says of him. */
export interface Person {
  owner: Owner;
  user: (typeof SAMPLE_USERS)[number];
  joinedDaysAgo: number;
  tint: Tint;
  settings: Record<string, unknown>;
  onboarding: Record<string, unknown>;
  payments: Payment[];
}

const studio = (
  theme: 'dark' | 'light',
  more: Record<string, unknown> = {},
  tools: Record<string, unknown> = {},
) => ({
  ui: {
    theme,
    generationMethods: { inCloud: true, onComputer: false },
    panes: { shotsLocked: false, tasksLocked: true, gensLocked: false },
    ...more,
  },
  ...tools,
});

export const PEOPLE: readonly Person[] = [
  {
    owner: 'alice',
    user: SAMPLE_USERS[0],
    joinedDaysAgo: 74,
    tint: { sky: 200, land: 190, accent: 18, saturation: 55 },
    settings: studio(
      'dark',
      { gallery: { columns: 5, showChildren: false }, language: 'en' },
      {
        'image-generation': { imagesPerPrompt: 3, resolution: '1080p' },
        payments: { autoTopup: { enabled: true, amount: 20, threshold: 5 } },
      },
    ),
    onboarding: { completed: true, step: 6, tour: { gallery: true, shots: true, travel: true } },
    payments: [
      { daysAgo: 74, amount: 2, type: 'manual', note: 'Welcome credits' },
      { daysAgo: 65, amount: 10, type: 'stripe', note: 'Card payment' },
      { daysAgo: 23, amount: 20, type: 'auto_topup', note: 'Balance fell below 5 credits' },
    ],
  },
  {
    owner: 'bob',
    user: SAMPLE_USERS[1],
    joinedDaysAgo: 57,
    tint: { sky: 30, land: 20, accent: 200, saturation: 50 },
    settings: studio(
      'light',
      { gallery: { columns: 4, showChildren: false } },
      { 'magic-edit': { variations: 4 } },
    ),
    onboarding: { completed: true, step: 6, tour: { gallery: true, shots: true, travel: false } },
    payments: [
      { daysAgo: 57, amount: 2, type: 'manual', note: 'Welcome credits' },
      { daysAgo: 55, amount: 25, type: 'stripe', note: 'Card payment' },
      { daysAgo: 16, amount: 3.5, type: 'manual', note: 'Goodwill: queue was slow on the weekend' },
      { daysAgo: 16, amount: -0.5, type: 'manual', note: 'Correction of the goodwill entry' },
    ],
  },
  {
    owner: 'carol',
    user: SAMPLE_USERS[2],
    joinedDaysAgo: 30,
    tint: { sky: 280, land: 270, accent: 160, saturation: 55 },
    settings: studio('dark', { gallery: { columns: 3, showChildren: true }, reducedMotion: true }),
    onboarding: { completed: false, step: 4, tour: { gallery: true, shots: true } },
    payments: [
      { daysAgo: 30, amount: 2, type: 'manual', note: 'Welcome credits' },
      { daysAgo: 29.4, amount: 5, type: 'stripe', note: 'Card payment' },
    ],
  },
];
