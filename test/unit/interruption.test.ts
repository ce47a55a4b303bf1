import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { INTERRUPTING, Interruption } from "../../src/cli/interruption.ts";

let happened: string[];
let pass: () => void;
let interruption: Interruption;
beforeEach(begin);

function begin(): void {
  happened = [];
  pass = () => {};
  interruption = new Interruption({
    leave: () => void happened.push("left"),
    tell: () => void happened.push("told"),
    after: (_, work) => {
      pass = work;
    },
  });
}

const signals = fc.array(fc.constantFrom(...INTERRUPTING), { minLength: 1, maxLength: 4 });

describe("a run that tidies up", () => {
  test.each(INTERRUPTING)("is told of %s at once, and ended when its time is over", (signal) => {
    interruption.come(signal);
    expect([interruption.signal.aborted, happened]).toEqual([true, []]);
    pass();
    expect(happened).toEqual(["left"]);
  });

  test("is ended at once by a second signal", () => {
    interruption.come("SIGINT");
    interruption.come("SIGINT");
    expect(happened).toEqual(["left"]);
  });
});

test("Ctrl-C that is meant for another program is not for us; what asks for an end is", () => {
  interruption.lendKeyboard(true);
  interruption.come("SIGINT");
  expect(interruption.signal.aborted).toBe(false);
  interruption.come("SIGTERM");
  expect(interruption.signal.aborted).toBe(true);
});

test("once the keyboard is back, Ctrl-C is for us", () => {
  interruption.lendKeyboard(true);
  interruption.lendKeyboard(false);
  interruption.come("SIGINT");
  expect(interruption.signal.aborted).toBe(true);
});

test("a run whose keyboard another program has is not ended before it is back, and then has its time to tidy up", () => {
  interruption.lendKeyboard(true);
  interruption.come("SIGTERM");
  interruption.come("SIGHUP");
  pass();
  expect([interruption.signal.aborted, happened]).toEqual([true, []]);
  interruption.lendKeyboard(false);
  expect(happened).toEqual([]);
  pass();
  expect(happened).toEqual(["left"]);
});

describe("a run that finishes its step", () => {
  beforeEach(() => interruption.finish());

  test("is not ended by one interruption, however many signals it comes as, and in whatever order", () => {
    fc.assert(
      fc.property(signals, (come) => {
        begin();
        interruption.finish();
        for (const signal of come) interruption.come(signal);
        expect([interruption.signal.aborted, happened]).toEqual([true, []]);
      }),
    );
  });

  test("is ended by who was told and presses Ctrl-C once more, and by nothing else", () => {
    interruption.come("SIGTERM");
    pass();
    interruption.come("SIGTERM");
    interruption.come("SIGHUP");
    expect(happened).toEqual(["told"]);
    interruption.come("SIGINT");
    expect(happened).toEqual(["told", "left"]);
  });
});
