// Where a place is opened: in the phone's own map, or on a page that a person chooses to follow. Nothing is fetched for it here.
import type { Place } from '../../client/api.ts';

export type Platform = 'apple' | 'android' | 'other';

export function platformOf(userAgent: string): Platform {
  if (/Android/i.test(userAgent)) return 'android';
  return /iPhone|iPad|iPod|Macintosh/i.test(userAgent) ? 'apple' : 'other';
}

/** The address, and the host it leads to if it is a page. */
export function mapLink({ latitude, longitude, name }: Place, platform: Platform): { href: string; host: string } {
  const [north, east] = [degrees(latitude), degrees(longitude)];
  const named = encodeURIComponent(name || `${north},${east}`);
  // A place's own name is put behind its degrees: a name alone might lead elsewhere.
  if (platform === 'android') return { href: `geo:${north},${east}?q=${north},${east}(${named.replaceAll('(', '%28').replaceAll(')', '%29')})`, host: '' };
  if (platform === 'apple') return { href: `maps:?ll=${north},${east}&q=${named}`, host: '' };
  return { href: `https://www.openstreetmap.org/?mlat=${north}&mlon=${east}#map=16/${north}/${east}`, host: 'openstreetmap.org' };
}

export const coordinates = ({ latitude, longitude }: Place): string => `${degrees(latitude)}, ${degrees(longitude)}`;

/** At most six digits behind the point: a hand's breadth. */
function degrees(value: number): string {
  return String(Number(value.toFixed(6)));
}
