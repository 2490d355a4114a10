// What tabs and the worker tell each other; everything that must last is in the store.
import type { Connection } from './api.ts';

export interface OwnerState {
  connection: Connection;
  catchingUp: number;
  typing: string[];
  trouble: 'no_storage' | 'no_crypto' | 'lost_keys' | 'relay_unreachable' | null;
}

export type Notice =
  | { what: 'command' }
  | { what: 'done'; command: number; error?: string }
  | { what: 'changed'; company?: string; reload?: boolean }
  | { what: 'state'; state: OwnerState }
  | { what: 'ask_state' }
  | { what: 'typing'; company: string }
  | { what: 'reset' };

export const openChannel = (): BroadcastChannel => new BroadcastChannel('handschlag');
