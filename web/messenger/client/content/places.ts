// A place on the map, as it is sealed and as it is shown.
import type { Part, Place } from '../api.ts';
import { demand, optional, type Fields } from './shapes.ts';

const WORDS = 1000;
const URL_CHARACTERS = 2000;

export function parsePlace({ latitude, longitude, name, address, url }: Fields): Place {
  demand(isWithin(latitude, 90) && isWithin(longitude, 180));
  return { latitude, longitude, name: optional(name, WORDS), address: optional(address, WORDS), url: optional(url, URL_CHARACTERS) };
}

const isWithin = (value: unknown, most: number): value is number => typeof value === 'number' && value >= -most && value <= most;

/** A place in words: its name and address, or its degrees. */
export const partOfPlace = (place: Place): Part => ({
  kind: 'location', name: [place.name, place.address].filter(Boolean).join(', ') || `${place.latitude}, ${place.longitude}`, place,
});
