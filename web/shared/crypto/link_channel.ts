// The sealed channel between two devices that are being linked (spec/encryption.md section 11): whoever shows the code has the key in it.
import * as M from '@matrix-org/matrix-sdk-crypto-wasm';
import { Machine } from './machine.ts';
import { isObject } from '../wire/frames.ts';

const HELLO = 'handschlag.link.v1';

/** Something came over the channel that the other side did not seal, or not in this order. */
export class ChannelBroken extends Error {}

export class LinkChannel {
  private constructor(private readonly channel: M.EstablishedEcies) {}

  /** The two digits that both sides have if nobody stands between them. */
  get checkCode(): string {
    const { 0: first, 1: second } = this.channel.check_code().as_bytes();
    return `${first! % 10}${second! % 10}`;
  }

  seal = (value: Record<string, unknown>): string => this.channel.encrypt(JSON.stringify(value));

  open(message: string): Record<string, unknown> {
    let value: unknown;
    try {
      value = JSON.parse(this.channel.decrypt(message));
    } catch {
      throw new ChannelBroken();
    }
    if (!isObject(value)) throw new ChannelBroken();
    return value;
  }

  /** The side that read the code: the channel and the first message, which only the code's maker can open. */
  static async begin(publicKey: string): Promise<{ channel: LinkChannel; first: string }> {
    await Machine.load();
    try {
      const { channel, initial_message: first } = new M.Ecies().establish_outbound_channel(new M.Curve25519PublicKey(publicKey), HELLO);
      return { channel: new LinkChannel(channel), first };
    } catch {
      throw new ChannelBroken();
    }
  }

  /** The side that shows the code: its public key, and what makes a channel of the first message. */
  static async offer(): Promise<{ publicKey: string; accept: (first: string) => LinkChannel }> {
    await Machine.load();
    const ecies = new M.Ecies();
    return {
      publicKey: ecies.public_key().toBase64(),
      accept: (first) => {
        try {
          const { channel, message } = ecies.establish_inbound_channel(first);
          if (message !== HELLO) throw new ChannelBroken();
          return new LinkChannel(channel);
        } catch {
          throw new ChannelBroken();
        }
      },
    };
  }
}
