// Opens a PDF without running anything of it: drawn by pdf.js on a canvas, parsed in a worker of our own origin.
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

const policy = globalThis.trustedTypes?.createPolicy('pdf-worker', {
  createScriptURL(url: string): string {
    if (url !== workerUrl) throw new TypeError('no script of this app');
    return url;
  },
});

/** Whoever opens a document closes it: `destroy()`. */
export async function openPdf(file: Blob): Promise<PDFDocumentProxy> {
  GlobalWorkerOptions.workerPort ??= new Worker((policy ? policy.createScriptURL(workerUrl) : workerUrl) as string, { type: 'module' });
  const data = new Uint8Array(await file.arrayBuffer());
  // Nothing is fetched, nothing is compiled: pictures in formats that need it stay empty.
  return getDocument({ data, enableXfa: false, useWasm: false, useWorkerFetch: false, disableAutoFetch: true, stopAtErrors: false }).promise;
}
