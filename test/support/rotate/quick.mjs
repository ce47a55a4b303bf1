/*
 * Loaded into the program under test before anything else: waits pass thirty times as fast. What is waited for (a key that spreads) is as
 * fast in the gateway of these tests.
 */
const timers = process.getBuiltinModule("node:timers/promises");
const { setTimeout } = timers;
timers.setTimeout = (ms, ...rest) => setTimeout(ms / 30, ...rest);
