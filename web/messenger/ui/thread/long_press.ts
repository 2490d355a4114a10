// A finger that rests on something: iOS sends no contextmenu event for it.
const MILLISECONDS = 500;
const WOBBLE = 10;

export function longPress(run: () => void): (element: HTMLElement) => () => void {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start = { x: 0, y: 0 };
    const cancel = (): void => clearTimeout(timer);
    const down = (event: PointerEvent): void => {
      if (event.pointerType !== 'touch') return;
      start = { x: event.clientX, y: event.clientY };
      timer = setTimeout(run, MILLISECONDS);
    };
    const move = (event: PointerEvent): void => {
      if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > WOBBLE) cancel();
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    for (const end of ['pointerup', 'pointercancel'] as const) element.addEventListener(end, cancel);
    return cancel;
  };
}
