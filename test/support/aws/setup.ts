import type { TestProject } from "vitest/node";
import { startMoto } from "./moto.ts";
import { pythonTools } from "./python-tools.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where moto listens. */
    readonly moto: string;
    /** The AWS command line: the program and its first arguments. */
    readonly awsCommand: readonly [string, ...string[]];
  }
}

/** One emulator for all tests of the project: each test takes accounts of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const tools = pythonTools();
  const moto = await startMoto(tools);
  project.provide("moto", moto.url);
  project.provide("awsCommand", tools.aws);
  return () => moto.stop();
}
