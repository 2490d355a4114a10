// Draws a picture anew, small enough to travel: of what came with it only its pixels are left.
const MOST_PIXELS = 2048;
const QUALITIES = [0.86, 0.78, 0.68, 0.55];

/** A JPEG of at most 2048 pixels a side and `most` bytes; throws if the browser cannot read the picture. */
export async function drawnAnew(picture: Blob, most: number): Promise<Blob> {
  const bitmap = await createImageBitmap(picture, { imageOrientation: 'from-image' });
  try {
    const scale = Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
    const context = canvas.getContext('2d')!;
    // A JPEG knows no transparency.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    let drawn: Blob | undefined;
    for (const quality of QUALITIES) {
      drawn = await canvas.convertToBlob({ type: 'image/jpeg', quality });
      if (drawn.size <= most) break;
    }
    return drawn!;
  } finally {
    bitmap.close();
  }
}
