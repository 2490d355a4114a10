// The worker every tab starts: it waits for the one lock, and whoever has it owns keys and socket until its tab closes.
import { makeClockMonotonic } from '../../shared/crypto/clock.ts';
import { openChannel, type Notice } from './broadcast.ts';
import { Owner } from './owner.ts';
import { fact, openStore } from './store.ts';
import { isFull } from './troubles.ts';

self.onmessage = ({ data }: MessageEvent<{ relayUrl: string; build: string }>) => {
  const channel = openChannel();
  // Whatever waits for the lock must not open the store that is being erased.
  const ears = openChannel();
  ears.onmessage = ({ data: notice }: MessageEvent<Notice>) => {
    if (notice.what === 'reset') self.close();
  };
  void navigator.locks.request('handschlag-owner', async () => {
    try {
      const database = await openStore();
      // Before the crypto library is loaded: it reads the time nowhere else.
      makeClockMonotonic((await fact<number>(database, 'clock')) ?? 0, (reading) => void database.put('facts', reading, 'clock').catch(() => {}));
      self.postMessage('owner');
      await new Owner(database, channel, data.relayUrl, data.build).run();
    } catch (error) {
      const trouble = isFull(error) ? 'no_room' : 'no_storage';
      const state = { owner: '', connection: 'offline', catchingUp: 0, typing: [], trouble, offset: 0 } as const;
      channel.postMessage({ what: 'state', state });
      channel.onmessage = ({ data: notice }) => {
        if (notice.what === 'ask_state') channel.postMessage({ what: 'state', state });
      };
    }
    // The lock is held for as long as this worker lives.
    await new Promise(() => {});
  });
};
