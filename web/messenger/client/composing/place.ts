// Where somebody is: looked up only when asked, sent only when seen.
import type { Place } from '../api.ts';
import { partOfPlace } from '../content/places.ts';
import type { Tab } from '../tab.ts';
import { write } from '../writing.ts';

export type PlaceProblem = 'denied' | 'unavailable' | 'slow';

export class PlaceError extends Error {
  constructor(readonly problem: PlaceProblem) {
    super(problem);
  }
}

export interface Found {
  latitude: number;
  longitude: number;
  /** In metres: where somebody is within this distance, most likely. */
  accuracy: number;
}

const PATIENCE = 20_000;
// About a decimetre: more would be noise.
const DECIMALS = 6;
const PROBLEMS: Record<number, PlaceProblem> = { 1: 'denied', 2: 'unavailable', 3: 'slow' };

/** Asks the browser, which asks the person; throws PlaceError. */
export function findPlace(): Promise<Found> {
  return new Promise((resolve, reject) => {
    const place = navigator.geolocation as Geolocation | undefined;
    if (!place) return reject(new PlaceError('unavailable'));
    place.getCurrentPosition(
      ({ coords }) => resolve({ latitude: rounded(coords.latitude), longitude: rounded(coords.longitude), accuracy: Math.round(coords.accuracy) }),
      ({ code }) => reject(new PlaceError(PROBLEMS[code] ?? 'unavailable')),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 0 },
    );
  });
}

const rounded = (degrees: number): number => Number(degrees.toFixed(DECIMALS));

/** Sends a place; returns the message's id. A company that asked for one is answered once. */
export async function shareLocation(tab: Tab, company: string, { latitude, longitude }: Found, quoteId?: string): Promise<string> {
  const place: Place = { latitude, longitude, name: '', address: '', url: '' };
  const body = { type: 'location', location: { latitude, longitude } };
  const asked = quoteId ? (await tab.store.get('messages', quoteId))?.asksForPlace : false;
  return write(tab, { company, text: '', body, more: { part: partOfPlace(place) }, ...(quoteId ? { quoteId } : {}), ...(asked ? { answers: 0 } : {}) });
}
