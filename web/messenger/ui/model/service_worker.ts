// Registers the service worker, and says when a newer build waits to be taken over.
export type TakeOver = () => void;

const CHECK_SECONDS = 3600;

export function startServiceWorker(url: string, offer: (takeOver: TakeOver) => void): void {
  const container = navigator.serviceWorker;
  if (!container) return;
  let asked = false;
  container.addEventListener('controllerchange', () => {
    if (asked) location.reload();
  });
  const takeOver = (waiting: ServiceWorker): void => offer(() => {
    asked = true;
    waiting.postMessage('take_over');
  });
  container.register(url, { scope: './' }).then((registration: ServiceWorkerRegistration | undefined) => {
    // A browser under test may forbid it without an error.
    if (!registration) return;
    if (registration.waiting && container.controller) takeOver(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const installing = registration.installing;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed' && container.controller) takeOver(installing);
      });
    });
    let checked = Date.now();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || Date.now() - checked < CHECK_SECONDS * 1000) return;
      checked = Date.now();
      registration.update().catch(() => {});
    });
  }).catch((error: unknown) => console.warn('service worker:', error));
}
