// Reads what a wallet pass shows: one small JSON out of its archive, looked at field by field; its signature is the wallet's to check.
import { unzipSync } from 'fflate';
import { isObject } from '../../../../shared/wire/frames.ts';

export interface WalletPass {
  organization: string;
  description: string;
  fields: { label: string; value: string }[];
  barcode: { text: string; isQr: boolean } | null;
}

const MOST_BYTES = 256 * 1024;
const MOST_ARCHIVE = 5 * 1024 * 1024;
const MOST_FIELDS = 6;
const STYLES = ['boardingPass', 'eventTicket', 'coupon', 'storeCard', 'generic'];
const GROUPS = ['headerFields', 'primaryFields', 'secondaryFields', 'auxiliaryFields'];
const MOST_BARCODE = 1000;

/** Null for what is no pass, or none that can be read. */
export async function readPass(file: Blob): Promise<WalletPass | null> {
  if (file.size > MOST_ARCHIVE) return null;
  try {
    const archive = new Uint8Array(await file.arrayBuffer());
    // Nothing else is unpacked, and this only if it says to be small.
    const { 'pass.json': bytes } = unzipSync(archive, { filter: ({ name, originalSize }) => name === 'pass.json' && originalSize <= MOST_BYTES });
    return bytes && bytes.length <= MOST_BYTES ? parsePass(JSON.parse(new TextDecoder().decode(bytes))) : null;
  } catch {
    return null;
  }
}

export function parsePass(value: unknown): WalletPass | null {
  if (!isObject(value) || value.formatVersion !== 1) return null;
  const style = STYLES.map((name) => value[name]).find(isObject) ?? {};
  const fields = GROUPS.flatMap((group) => (Array.isArray(style[group]) ? style[group] : [])).filter(isObject)
    .map(({ label, value: shown, attributedValue }) => ({ label: words(label), value: words(shown ?? attributedValue) })).filter((one) => one.value);
  const listed = Array.isArray(value.barcodes) ? value.barcodes.filter(isObject) : [];
  const barcode = listed.find(({ format }) => format === 'PKBarcodeFormatQR') ?? listed[0] ?? (isObject(value.barcode) ? value.barcode : null);
  const text = barcode && typeof barcode.message === 'string' && barcode.message.length <= MOST_BARCODE ? barcode.message : '';
  return {
    organization: words(value.organizationName), description: words(value.description), fields: fields.slice(0, MOST_FIELDS),
    barcode: text ? { text, isQr: barcode!.format === 'PKBarcodeFormatQR' } : null,
  };
}

const words = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 120) : '');
