/** Waits a moment without spinning, where nothing else can be done meanwhile: no signal is served until it is over. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
