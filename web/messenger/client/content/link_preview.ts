// What a company's gateway shows of the page its text links to, checked as in Python (src/handschlag/content/link_preview.py).
import type { LinkPreview } from '../api.ts';
import { pictureSize } from '../companies/picture_type.ts';
import { readThumbnail } from '../files/preview.ts';
import { firstLink } from './links.ts';
import { demand, fields, optional, text } from './shapes.ts';

const THUMBNAIL_BYTES = 10 * 1024;
const FIELDS = ['url', 'title', 'description', 'thumbnail', 'width', 'height'];

/** The preview of the first link of these words; null if there is none. Nothing of it is ever fetched. */
export function parseLinkPreview(value: unknown, words: string): LinkPreview | null {
  if (value === undefined || value === null) return null;
  const part = fields(value);
  demand(Object.keys(part).every((field) => FIELDS.includes(field)));
  const url = text(part.url, 2000);
  demand(url === firstLink(words));
  const preview: LinkPreview = { url, title: text(part.title, 120), description: optional(part.description, 240) };
  const [thumbnail, width, height] = [part.thumbnail ?? null, part.width ?? null, part.height ?? null];
  if (thumbnail === null) {
    demand(width === null && height === null);
    return preview;
  }
  const picture = readThumbnail(thumbnail, THUMBNAIL_BYTES);
  const size = picture && pictureSize(picture);
  demand(size && size.width === width && size.height === height);
  return { ...preview, picture: { thumbnail: thumbnail as string, width: size.width, height: size.height } };
}
