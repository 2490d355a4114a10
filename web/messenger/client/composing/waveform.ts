// How loud a sound is, in numbers from 0 to 100: at one moment, and as the shape that stands in a voice message.
const LOUDEST = 100;
/** Quieter than this is silence, in decibels below full scale. */
const QUIETEST = 54;

export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, one) => sum + one * one, 0) / (samples.length || 1);
  if (power <= 0) return 0;
  const decibels = 10 * Math.log10(power);
  return Math.round(Math.min(1, Math.max(0, 1 + decibels / QUIETEST)) * LOUDEST);
}

/** At most `count` numbers, each the loudest of its part, stretched so that the loudest of all is 100. */
export function shapeOf(levels: number[], count: number): number[] {
  const parts = Math.min(count, levels.length);
  const loudest = Array.from({ length: parts }, (_, index) => {
    const [from, to] = [Math.floor((index * levels.length) / parts), Math.floor(((index + 1) * levels.length) / parts)];
    return levels.slice(from, Math.max(to, from + 1)).reduce((most, one) => Math.max(most, one), 0);
  });
  const most = loudest.reduce((one, other) => Math.max(one, other), 0);
  return loudest.map((one) => (most ? Math.round((one / most) * LOUDEST) : 0));
}
