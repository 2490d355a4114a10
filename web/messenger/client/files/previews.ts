// Makes what is shown of an own file before it is fetched: its pixels, a tiny picture of it, how long it lasts.
import { toBase64 } from '../../../shared/wire/canonical.ts';
import type { FilePreview } from '../api.ts';
import { THUMBNAIL_BYTES } from './preview.ts';
import type { FileKind } from './types.ts';

// It is shown blurred, under the picture itself.
const THUMBNAIL_PIXELS = 64;
const QUALITY = 0.6;
const PATIENCE = 5000;

/** What the browser can tell of a file; nothing, if it cannot read it. */
export async function makePreview(kind: FileKind, file: Blob): Promise<FilePreview> {
  try {
    if (kind === 'image' || kind === 'sticker') return await ofImage(file, kind === 'image');
    return await ofRecording(file, kind === 'video');
  } catch {
    return {};
  }
}

async function ofImage(file: Blob, thumbnail: boolean): Promise<FilePreview> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const small = thumbnail ? await thumbnailOf(bitmap, width, height) : {};
  bitmap.close();
  return { width, height, ...small };
}

async function ofRecording(file: Blob, film: boolean): Promise<FilePreview> {
  const player = document.createElement(film ? 'video' : 'audio');
  const url = URL.createObjectURL(file);
  player.muted = true;
  player.preload = film ? 'auto' : 'metadata';
  try {
    await new Promise<void>((resolve, reject) => {
      player.addEventListener(film ? 'loadeddata' : 'loadedmetadata', () => resolve(), { once: true });
      player.addEventListener('error', () => reject(new Error('not readable')), { once: true });
      setTimeout(() => reject(new Error('too slow')), PATIENCE);
      player.src = url;
    });
    const seconds = Number.isFinite(player.duration) ? { seconds: Math.round(player.duration) } : {};
    if (!(player instanceof HTMLVideoElement)) return seconds;
    const { videoWidth: width, videoHeight: height } = player;
    return width && height ? { width, height, ...seconds, ...(await thumbnailOf(player, width, height)) } : seconds;
  } finally {
    player.removeAttribute('src');
    player.load();
    URL.revokeObjectURL(url);
  }
}

async function thumbnailOf(picture: CanvasImageSource, width: number, height: number): Promise<FilePreview> {
  const scale = Math.min(1, THUMBNAIL_PIXELS / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d')!;
  // A JPEG knows no transparency.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  return jpeg && jpeg.size <= THUMBNAIL_BYTES ? { thumbnail: toBase64(new Uint8Array(await jpeg.arrayBuffer())) } : {};
}
