// What a browser says of itself, in two words: people recognize their devices by it. It stays among the own devices.

const BROWSERS: [RegExp, string][] = [
  [/Edg(A|iOS)?\//, 'Edge'], [/OPR\/|Opera/, 'Opera'], [/SamsungBrowser\//, 'Samsung Internet'], [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'], [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'], [/iPhone|iPod/, 'iPhone'], [/iPad/, 'iPad'], [/Windows/, 'Windows'], [/CrOS/, 'ChromeOS'], [/Mac OS X/, 'Mac'], [/Linux/, 'Linux'],
];

export function labelOf(userAgent: string): string {
  const first = (known: [RegExp, string][]): string[] => known.filter(([pattern]) => pattern.test(userAgent)).slice(0, 1).map(([, name]) => name);
  return [...first(BROWSERS), ...first(SYSTEMS)].join(' · ');
}
