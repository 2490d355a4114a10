// What tabs and the worker tell each other; everything that must last is in the store.
import type { Connection, FormAnswer } from './api.ts';
import type { LinkAsk, LinkState } from './devices/link.ts';

export interface OwnerState {
  /** Another one after each change of ownership. */
  owner: string;
  connection: Connection;
  catchingUp: number;
  typing: string[];
  trouble: 'no_storage' | 'no_room' | 'no_crypto' | 'lost_keys' | 'erased' | 'signed_out' | null;
  /** Of `erased`: when, in milliseconds. */
  erasedAt?: number;
  /** Milliseconds between this machine's clock and the relay's. */
  offset: number;
}

export type Notice =
  | { what: 'command' }
  | { what: 'done'; command: number; result?: unknown; error?: string }
  | { what: 'changed'; company?: string; reload?: boolean }
  /** A message of this company is new here. */
  | { what: 'arrived'; company: string }
  | { what: 'state'; state: OwnerState }
  | { what: 'ask_state' }
  /** The network is back, or somebody looks: do not wait any longer. */
  | { what: 'wake' }
  /** Somebody reads a first screen: the keys will soon be wanted. */
  | { what: 'prepare' }
  | { what: 'offline' }
  | { what: 'typing'; company: string }
  /** A form's question to its company, under the id of the envelope that will carry it; and the answer. */
  | { what: 'ask'; company: string; id: string; body: Record<string, unknown> }
  | { what: 'answered'; company: string; request: string; answer: FormAnswer }
  /** How it stands with the recovery or the backup: what is in the store has changed. */
  | { what: 'recovery' }
  /** Files are wanted; one is not wanted any more, or is not to be brought; how much of one is here or there, or that its rows changed. */
  | { what: 'fetch' }
  | { what: 'stop_file'; id: string; own?: boolean }
  | { what: 'file'; id: string; done?: number; problem?: 'full' }
  /** The account's devices, or what is to be said about them, changed in the store. */
  | { what: 'devices' }
  /** Of linking a device: what a person wants or answers, and how it stands. */
  | { what: 'link'; ask: LinkAsk }
  | { what: 'linking'; state: LinkState }
  /** Let go of everything, it is about to be erased; then: it is gone. */
  | { what: 'reset' }
  | { what: 'erased' };

export const openChannel = (): BroadcastChannel => new BroadcastChannel('handschlag');
