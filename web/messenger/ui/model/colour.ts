// A company's colour, used with restraint and only where it can be read.
const FALLBACK = '#6b5a68';

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((start) => {
    const part = parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The background of a company's mark and the colour of the letters on it, of the highest contrast. */
export function markColours(colour: string): { background: string; letters: string } {
  const background = /^#[0-9a-f]{6}$/i.test(colour) ? colour : FALLBACK;
  const light = luminance(background);
  return { background, letters: 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000' };
}

/** Up to two letters for a company without a picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toLocaleUpperCase() || '?';
}
