import { buildIfStale } from "../../scripts/build.ts";

/** The end-to-end tests start the binary that users get, so it has to be the present one. */
export async function setup(): Promise<void> {
  await buildIfStale();
}
