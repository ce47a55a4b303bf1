/** Says when so many milliseconds have passed from now on. */
export function timeUpAfter(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() >= end;
}
