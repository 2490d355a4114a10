// The worker every tab starts: it waits for the one lock, and whoever has it owns keys and socket until its tab closes.
import { makeClockMonotonic } from '../../shared/crypto/clock.ts';
import { openChannel } from './broadcast.ts';
import { Owner } from './owner.ts';
import { fact, openStore } from './store.ts';

const CLOCK_SECONDS = 15;

self.onmessage = ({ data }: MessageEvent<{ relayUrl: string; build: string }>) => {
  void navigator.locks.request('handschlag-owner', async () => {
    const channel = openChannel();
    try {
      const database = await openStore();
      // Before the crypto library is loaded: it reads the time nowhere else.
      const now = makeClockMonotonic((await fact<number>(database, 'clock')) ?? 0);
      const keepClock = () => void database.put('facts', now(), 'clock').catch(() => {});
      keepClock();
      setInterval(keepClock, CLOCK_SECONDS * 1000);
      await new Owner(database, channel, data.relayUrl, data.build).run();
    } catch {
      const state = { connection: 'offline', catchingUp: 0, typing: [], trouble: 'no_storage' } as const;
      channel.postMessage({ what: 'state', state });
      channel.onmessage = ({ data: notice }) => {
        if (notice.what === 'ask_state') channel.postMessage({ what: 'state', state });
      };
    }
    // The lock is held for as long as this worker lives.
    await new Promise(() => {});
  });
  self.postMessage('ready');
};
