import * as fc from "fast-check";

/*
 * Property tests draw the same examples on every run, so that a change is judged by the change. `SEED=random npm test` draws others,
 * `SEED=NUMBER` repeats a run.
 */
const { SEED } = process.env;
if (SEED !== "random")
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED === undefined ? 20_261_121 : Number(SEED) });
