/*
 * Loaded into the program under test before anything else: what it waits for, AWS's clock is set on by (KEYSWEEP_TEST_CLOCK), so that nobody
 * waits. Its own clock stays behind, as that of any machine may.
 */
const timers = process.getBuiltinModule("node:timers/promises");
const http = process.getBuiltinModule("node:http");
const { setTimeout } = timers;

timers.setTimeout = async (ms, value, options = {}) => {
  // Short ones are the program's own business: to look once more whether something is there.
  if (ms < 100) return setTimeout(ms, value, options);
  options.signal?.throwIfAborted();
  await new Promise((resolve, reject) => {
    const request = http.request(process.env.KEYSWEEP_TEST_CLOCK, { method: "POST", agent: false }, (response) => {
      response.resume().on("end", resolve);
    });
    request.on("error", reject).end(String(ms));
  });
  return value;
};
