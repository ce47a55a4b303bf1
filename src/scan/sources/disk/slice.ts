/** Says when so many milliseconds have passed from now on. */
export function timeUpAfter(milliseconds: number): () => boolean {
  const end = nowMs() + milliseconds;
  return () => nowMs() >= end;
}

/** A clock that nobody sets. `performance.now()` tells no other time, but the first use of it takes two milliseconds. */
function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
