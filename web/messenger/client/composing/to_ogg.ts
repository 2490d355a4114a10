// Packs a recording as Ogg with Opus, whatever the browser made: its sound is taken as it is where it is Opus already.
import { BlobSource, BufferTarget, Conversion, Input, MP4, OggOutputFormat, Output, WEBM } from 'mediabunny';

export const OGG = 'audio/ogg; codecs=opus';

/** Ogg with Opus, or, where this browser can neither record nor make it, the MP4 that it recorded. Throws if it is neither. */
export async function toOgg(recording: Blob): Promise<Blob> {
  if (recording.type.startsWith('audio/ogg')) return new Blob([recording], { type: OGG });
  const target = new BufferTarget();
  const conversion = await Conversion.init({
    input: new Input({ source: new BlobSource(recording), formats: [WEBM, MP4] }),
    output: new Output({ format: new OggOutputFormat(), target }),
    video: { discard: true },
    audio: { codec: 'opus' },
    showWarnings: false,
  });
  if (conversion.isValid) {
    await conversion.execute();
    return new Blob([target.buffer!], { type: OGG });
  }
  // Companies take MP4 too.
  if (recording.type.startsWith('audio/mp4')) return new Blob([recording], { type: 'audio/mp4' });
  throw new TypeError(`recording: got ${recording.type}, expected Opus or MP4`);
}
