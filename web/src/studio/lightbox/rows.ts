import type { LightboxQuery } from '../../graphql/generated';

/** The generation of the lightbox and what hangs on it, as its document asks for them. */
export type OpenGeneration = NonNullable<LightboxQuery['generation']>;
export type OpenVariant = OpenGeneration['variants']['nodes'][number];
export type OpenTask = NonNullable<LightboxQuery['openTasks']>['nodes'][number];
export type OpenPlace = OpenGeneration['shotGenerations']['nodes'][number];
