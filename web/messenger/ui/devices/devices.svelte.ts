// The devices of the account, as the store has them and as the relay saw them.
import type { Notice } from '../../client/broadcast.ts';
import { loadDevices, loadNews, type DeviceNews } from '../../client/devices/own_devices.ts';
import { account } from '../../client/store.ts';
import type { Tab } from '../../client/tab.ts';
import type { OwnDevices } from '../../../shared/wire/types.ts';

/** The relay knows the day alone, in universal time: its noon is the same day nearly everywhere. */
const NOON = 43_200;

export interface DeviceRow {
  device: string;
  name: string;
  addedAt: number;
  /** When the relay saw it last, by the day; 0 if it does not say. */
  seenAt: number;
  own: boolean;
}

export class DevicesView {
  rows = $state.raw<DeviceRow[] | null>(null);
  news = $state.raw<DeviceNews[]>([]);
  /** Names also of those that are gone. */
  names = $state.raw<Record<string, string>>({});
  offline = $state(false);
  /** How often the relay was asked. */
  asked = $state(0);
  #seen: OwnDevices['devices'] = [];

  constructor(private readonly tab: Tab) {
    $effect(() => {
      const hear = ({ data }: MessageEvent<Notice>) => {
        if (data.what === 'devices') void this.read();
      };
      tab.channel.addEventListener('message', hear);
      void this.read();
      return () => tab.channel.removeEventListener('message', hear);
    });
  }

  async read(): Promise<void> {
    const [me, known, news] = [await account(this.tab.store), await loadDevices(this.tab.store), await loadNews(this.tab.store)];
    this.names = Object.fromEntries(Object.entries(known).map(([device, one]) => [device, one.name]));
    this.news = news;
    const rows = Object.entries(known).filter(([, one]) => !one.removedAt).map(([device, { name, addedAt }]) => ({
      device, name, addedAt, own: device === me?.device, seenAt: (this.#seen.find((one) => one.device === device)?.last_seen ?? -NOON) * 1000 + NOON * 1000,
    }));
    this.rows = rows.sort((a, b) => Number(b.own) - Number(a.own) || a.addedAt - b.addedAt);
  }

  /** Asks the relay again; what is known stays on the screen meanwhile. */
  async look(): Promise<void> {
    try {
      this.#seen = (await this.tab.command<OwnDevices>({ kind: 'look_devices' })).devices;
      this.offline = false;
    } catch {
      this.offline = true;
    }
    this.asked++;
    await this.read();
  }

  /** What was said about a device was read. */
  async seen(one: DeviceNews): Promise<void> {
    const transaction = this.tab.store.transaction('facts', 'readwrite');
    const news = ((await transaction.store.get('device_news')) as DeviceNews[] | undefined) ?? [];
    await transaction.store.put(news.filter((other) => other.device !== one.device || other.at !== one.at), 'device_news');
    await transaction.done;
    this.tab.channel.postMessage({ what: 'devices' } satisfies Notice);
    await this.tab.onNotice({ what: 'devices' });
    await this.read();
  }
}
