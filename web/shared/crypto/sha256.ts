// SHA-256 of something that comes piece by piece: WebCrypto hashes only what lies in memory whole.

const K = new Int32Array(64);
const START = new Int32Array(8);

// The constants are the first bits of the fractional parts of roots of the first primes (FIPS 180-4 sections 4.2.2 and 5.3.3).
for (let candidate = 2, found = 0; found < 64; candidate++) {
  if (Array.from({ length: candidate }, (_, index) => index).slice(2).some((divisor) => candidate % divisor === 0)) continue;
  if (found < 8) START[found] = fraction(candidate ** (1 / 2));
  K[found++] = fraction(candidate ** (1 / 3));
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

const BLOCK = 64;

export class Sha256 {
  readonly #state = START.slice();
  readonly #schedule = new Int32Array(64);
  readonly #held = new Uint8Array(BLOCK);
  #length = 0;

  /** Goes on where another one stopped. */
  static resume({ state, held, length }: Sha256State): Sha256 {
    const hash = new Sha256();
    hash.#state.set(state);
    hash.#held.set(held);
    hash.#length = length;
    return hash;
  }

  /** Where it is now, to be kept. */
  get state(): Sha256State {
    return { state: this.#state.slice(), held: this.#held.slice(), length: this.#length };
  }

  update(bytes: Uint8Array): this {
    let at = 0;
    const filled = this.#length % BLOCK;
    this.#length += bytes.length;
    if (filled) {
      at = Math.min(BLOCK - filled, bytes.length);
      this.#held.set(bytes.subarray(0, at), filled);
      if (filled + at < BLOCK) return this;
      this.#compress(this.#held, 0);
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.#compress(bytes, at);
    this.#held.set(bytes.subarray(at));
    return this;
  }

  /** The 32 bytes; nothing may be added afterwards. */
  digest(): Uint8Array<ArrayBuffer> {
    const bits = this.#length * 8;
    const end = new Uint8Array(BLOCK + ((55 - this.#length % BLOCK + BLOCK) % BLOCK) + 9 - BLOCK);
    const view = new DataView(end.buffer);
    end[0] = 0x80;
    view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(end.length - 4, bits >>> 0);
    this.update(end);
    const digest = new Uint8Array(32);
    const out = new DataView(digest.buffer);
    this.#state.forEach((word, index) => out.setInt32(index * 4, word));
    return digest;
  }

  #compress(bytes: Uint8Array, at: number): void {
    const w = this.#schedule;
    const state = this.#state;
    for (let i = 0; i < 16; i++, at += 4) w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
    let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    state[0]! += a; state[1]! += b; state[2]! += c; state[3]! += d;
    state[4]! += e; state[5]! += f; state[6]! += g; state[7]! += h;
  }
}

/** What has been hashed so far, as it may be stored. */
export interface Sha256State {
  state: Int32Array;
  held: Uint8Array;
  length: number;
}
