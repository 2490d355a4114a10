// A chosen file as it will be sent: its kind, without what it tells of place and camera, and within its limit.
import { FILE_LIMITS } from '../files/types.ts';
import { withoutFilmMetadata } from './film_metadata.ts';
import { kindOf, nameOf, typeOf, type ChosenKind } from './kinds.ts';
import { withoutMetadata } from './metadata.ts';
import { drawnAnew } from './pictures.ts';

export interface Prepared {
  kind: ChosenKind;
  file: Blob;
  name: string;
  /** Whether what it tells of place and camera was taken out; false if it may still hold some. */
  cleaned: boolean;
}

export type UnfitReason = 'empty' | 'too_large' | 'unreadable';

/** It cannot be sent like this: too large for its kind (`limit` in bytes), or there is nothing that can be read. */
export class Unfit extends Error {
  constructor(readonly reason: UnfitReason, readonly kind: ChosenKind, readonly size: number, readonly limit: number) {
    super(`${kind}: ${reason}, ${size} bytes, at most ${limit}`);
  }
}

// Beyond this a picture is no photo: decoding it would take the memory of a phone.
const LARGEST_PICTURE = 60 * 1024 * 1024;

/** Throws Unfit. `original`: as a document, in its full size. */
export async function prepare(chosen: File, original: boolean): Promise<Prepared> {
  const wanted = original ? 'document' : kindOf(chosen.type);
  const unfit = (reason: UnfitReason) => new Unfit(reason, wanted, chosen.size, FILE_LIMITS[wanted].most);
  if (!chosen.size) throw unfit('empty');
  if (wanted !== 'image' && chosen.size > FILE_LIMITS[wanted].most) throw unfit('too_large');
  const prepared = (wanted === 'image' && (await asPicture(chosen))) || (await asItIs(chosen, wanted === 'image' ? 'document' : wanted).catch(() => null));
  if (!prepared) throw unfit('unreadable');
  const { most } = FILE_LIMITS[prepared.kind];
  if (prepared.file.size > most) throw new Unfit('too_large', prepared.kind, prepared.file.size, most);
  return prepared;
}

/** Null for what this browser cannot draw: it travels as a document. */
async function asPicture(chosen: File): Promise<Prepared | null> {
  if (chosen.size > LARGEST_PICTURE) return null;
  try {
    return { kind: 'image', file: await drawnAnew(chosen, FILE_LIMITS.image.most), name: '', cleaned: true };
  } catch {
    return null;
  }
}

async function asItIs(chosen: File, kind: ChosenKind): Promise<Prepared> {
  const type = typeOf(chosen.type);
  const name = nameOf(chosen.name);
  if (type.startsWith('image/')) {
    const clean = withoutMetadata(new Uint8Array(await chosen.arrayBuffer()));
    return { kind, file: new Blob([clean ?? chosen], { type }), name, cleaned: clean !== null };
  }
  const clean = type === 'video/quicktime' || /^(video|audio)\/(mp4|3gpp)$/.test(type) ? await withoutFilmMetadata(chosen) : null;
  // One byte now: a file that is gone is noticed here, not while it leaves.
  await chosen.slice(0, 1).arrayBuffer();
  return { kind, file: (clean ?? chosen).slice(0, (clean ?? chosen).size, type), name, cleaned: clean !== null || !/^(video|image)\//.test(type) };
}
