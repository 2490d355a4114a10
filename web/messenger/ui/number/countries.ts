// Countries and their calling codes (ITU-T E.164), and how a number typed in one of them is written for everybody.
const TABLE =
  'AC247 AD376 AE971 AF93 AG1 AI1 AL355 AM374 AO244 AR54 AS1 AT43 AU61 AW297 AX358 AZ994 BA387 BB1 BD880 BE32 BF226 BG359 BH973 BI257 BJ229 ' +
  'BL590 BM1 BN673 BO591 BQ599 BR55 BS1 BT975 BW267 BY375 BZ501 CA1 CC61 CD243 CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 ' +
  'CV238 CW599 CX61 CY357 CZ420 DE49 DJ253 DK45 DM1 DO1 DZ213 EC593 EE372 EG20 EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 GA241 ' +
  'GB44 GD1 GE995 GF594 GG44 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1 GW245 GY592 HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 ' +
  'IM44 IN91 IO246 IQ964 IR98 IS354 IT39 JE44 JM1 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1 KP850 KR82 KW965 KY1 KZ7 LA856 LB961 LC1 LI423 ' +
  'LK94 LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1 MQ596 MR222 MS1 MT356 ' +
  'MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 NR674 NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 ' +
  'PL48 PM508 PR1 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 ' +
  'SN221 SO252 SR597 SS211 ST239 SV503 SX1 SY963 SZ268 TA290 TC1 TD235 TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TT1 TV688 TW886 TZ255 ' +
  'UA380 UG256 US1 UY598 UZ998 VA39 VC1 VE58 VG1 VI1 VN84 VU678 WF681 WS685 XK383 YE967 YT262 ZA27 ZM260 ZW263';

export interface Country {
  region: string;
  code: string;
}

export const COUNTRIES: Country[] = TABLE.split(' ').map((one) => ({ region: one.slice(0, 2), code: one.slice(2) }));

/** Countries whose numbers keep their first 0 when they are written with +. */
const KEEPS_ZERO = new Set(['39', '378']);
/** What stands before a number at home where that is not 0. */
const AT_HOME: Record<string, string> = { '7': '8', '36': '06', '370': '8', '1': '1' };

/** The country somebody is probably in, by the region of their languages. */
export function likelyRegion(languages: readonly string[]): string {
  const regions = languages.map((one) => new Intl.Locale(one).maximize().region);
  return regions.find((region) => COUNTRIES.some((one) => one.region === region)) ?? 'DE';
}

/** A country that a number with + names; of those that share a code the one that is chosen already. */
export function countryOf(number: string, chosen: string): Country | null {
  const fitting = COUNTRIES.filter(({ code }) => number.startsWith(`+${code}`));
  const longest = Math.max(0, ...fitting.map(({ code }) => code.length));
  const sharing = fitting.filter(({ code }) => code.length === longest);
  return sharing.find(({ region }) => region === chosen) ?? sharing.find(({ region }) => ['US', 'GB', 'RU', 'IT', 'AU', 'FI', 'NO', 'MA', 'FR'].includes(region)) ?? sharing[0] ?? null;
}

/** `+` and digits from what was typed or pasted, empty if that is no number: "0151 123", "+49 (0)151 123", "0049151123". */
export function wholeNumber(typed: string, code: string): string {
  const text = typed.trim().replace(/\(0\)/, '');
  if (/[^\d\s()+./\u2010-\u2015\u00a0-]/.test(text)) return '';
  let digits = text.replace(/\D/g, '');
  if (!text.startsWith('+')) {
    if (text.startsWith('00')) digits = digits.slice(2);
    else digits = code + atHome(digits, code);
  }
  return digits.length >= 7 && digits.length <= 15 && !digits.startsWith('0') ? `+${digits}` : '';
}

function atHome(digits: string, code: string): string {
  const before = AT_HOME[code] ?? (KEEPS_ZERO.has(code) ? '' : '0');
  const long = before === '8' || before === '1' ? 11 : 0;
  return before && digits.startsWith(before) && (!long || digits.length === long) ? digits.slice(before.length) : digits;
}

/** A number in groups, so that it can be compared by eye. */
export function spelled(number: string): string {
  const code = countryOf(number, '')?.code ?? number.slice(1, 3);
  const rest = number.slice(1 + code.length);
  return `+${code} ${rest.replace(/\d{3}(?=\d{2})/g, '$& ')}`;
}

/** The six digits of a code, also out of a whole message that was pasted. */
export function codeIn(text: string): string {
  return /(?<!\d)\d{3}[\s-]?\d{3}(?!\d)/.exec(text)?.[0].replace(/\D/g, '') ?? text.replace(/\D/g, '').slice(0, 6);
}
