// Finds the text of a QR code in a camera's frame or in a picture: by the browser where it can, else by the qr library.
type Source = HTMLVideoElement | HTMLCanvasElement;
interface NativeDetector {
  detect(source: Source): Promise<{ rawValue: string }[]>;
}
interface NativeDetectorClass {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
}

export type ReadCode = (source: Source, width: number, height: number, thorough?: boolean) => Promise<string | null>;

/** More pixels than this make a frame slow, not better. */
const FRAME_PIXELS = 960;
const PICTURE_PIXELS = 1800;
/** A code drawn with one pixel for each square is too small to be found. */
const LEAST_PIXELS = 400;
const PICTURE_MILLISECONDS = 1500;
const QUIET_ZONE = 24;

async function nativeDetector(): Promise<NativeDetector | null> {
  const Detector = (globalThis as { BarcodeDetector?: NativeDetectorClass }).BarcodeDetector;
  const formats = await Detector?.getSupportedFormats().catch(() => [] as string[]);
  return Detector && formats?.includes('qr_code') ? new Detector({ formats: ['qr_code'] }) : null;
}

/** Loads what reads codes here. */
export async function codeReader(): Promise<ReadCode> {
  const native = await nativeDetector();
  const { default: decodeQR } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const byLibrary: ReadCode = async (source, width, height, thorough = false) => {
    const scale = Math.min(1, FRAME_PIXELS / Math.max(width, height));
    [canvas.width, canvas.height] = thorough ? [width, height] : [Math.round(width * scale), Math.round(height * scale)];
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), thorough ? { effort: Infinity, timeLimit: PICTURE_MILLISECONDS } : {});
    } catch {
      return null;
    }
  };
  if (!native) return byLibrary;
  return async (source, width, height, thorough) => {
    const found = await native.detect(source).catch(() => []);
    return found[0]?.rawValue ?? byLibrary(source, width, height, thorough);
  };
}

/** Returns what the code in a picture says, or null; a file that is no picture has none. */
export async function readPicture(read: ReadCode, picture: Blob): Promise<string | null> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(picture);
  } catch {
    return null;
  }
  const larger = Math.max(bitmap.width, bitmap.height);
  const scale = larger < LEAST_PIXELS ? Math.ceil(LEAST_PIXELS / larger) : Math.min(1, PICTURE_PIXELS / larger);
  const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
  // White around and behind: codes without an edge, and pictures one can see through.
  const canvas = document.createElement('canvas');
  canvas.width = width + 2 * QUIET_ZONE;
  canvas.height = height + 2 * QUIET_ZONE;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = scale <= 1;
  context.drawImage(bitmap, QUIET_ZONE, QUIET_ZONE, width, height);
  bitmap.close();
  return read(canvas, canvas.width, canvas.height, true);
}
