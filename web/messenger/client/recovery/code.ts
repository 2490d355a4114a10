// The recovery code: 125 random bits as 25 characters that cannot be mistaken for one another, and 3 more that find every typo (spec/encryption.md section 9).

// Crockford's alphabet: no I, L, O and U.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_CHARACTERS = 25;
const CHECK_CHARACTERS = 3;
// The largest prime below 2 to the 15th: one wrong character, or two that changed places, never leave the remainder as it was.
const PRIME = 32_749n;
const QR_PREFIX = 'handschlag-recovery:';

export const CODE_CHARACTERS = SECRET_CHARACTERS + CHECK_CHARACTERS;

export class CodeProblem extends Error {
  readonly problem: 'characters' | 'too_short' | 'too_long' | 'typo';

  constructor(problem: CodeProblem['problem']) {
    super(problem);
    this.problem = problem;
  }
}

/** A new secret: 25 characters, 5 random bits each. */
export function makeSecret(random: Uint8Array = crypto.getRandomValues(new Uint8Array(SECRET_CHARACTERS))): string {
  return Array.from(random.subarray(0, SECRET_CHARACTERS), (byte) => ALPHABET[byte & 31]).join('');
}

/** The code as it is shown: seven groups of four. */
export function codeOf(secret: string): string {
  return (secret + checkOf(secret)).match(/.{4}/g)!.join(' ');
}

export const qrText = (code: string): string => QR_PREFIX + code.replaceAll(' ', '');

/** The secret of a code as somebody typed, pasted or scanned it; throws CodeProblem. */
export function parseCode(text: string): string {
  const plain = plainCode(text);
  if ([...plain].some((character) => !ALPHABET.includes(character))) throw new CodeProblem('characters');
  if (plain.length < CODE_CHARACTERS) throw new CodeProblem('too_short');
  if (plain.length > CODE_CHARACTERS) throw new CodeProblem('too_long');
  const secret = plain.slice(0, SECRET_CHARACTERS);
  if (checkOf(secret) !== plain.slice(SECRET_CHARACTERS)) throw new CodeProblem('typo');
  return secret;
}

/** What was typed without spaces and dashes, look-alikes taken for what they stand for. */
export function plainCode(text: string): string {
  const lower = text.trim().toLowerCase();
  const code = lower.startsWith(QR_PREFIX) ? lower.slice(QR_PREFIX.length) : lower;
  return code.replace(/[\s\-–—.]/g, '').replaceAll('o', '0').replace(/[il]/g, '1').toUpperCase();
}

function checkOf(secret: string): string {
  let rest = [...secret].reduce((sum, character) => (sum * 32n + BigInt(ALPHABET.indexOf(character))) % PRIME, 0n);
  let check = '';
  for (let i = 0; i < CHECK_CHARACTERS; i++, rest /= 32n) check = ALPHABET[Number(rest % 32n)] + check;
  return check;
}
