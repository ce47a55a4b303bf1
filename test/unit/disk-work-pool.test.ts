import { describe, expect, test } from "vitest";
import { WorkPool } from "../../src/scan/sources/disk/work-pool.ts";

/** A pool as two threads see it. */
function twoThreads(): [WorkPool, WorkPool] {
  const first = WorkPool.create();
  const second = WorkPool.join(first.memory, 1);
  if (second === null) throw new Error("the pool is closed");
  return [first, second];
}

describe("a pool of work", () => {
  test("gives to one thread what another offers, the last first, whatever the text", () => {
    const [first, second] = twoThreads();
    expect(first.offer(["a", "ü\0\n", ""])).toBe(3);
    expect([second.take(), second.take(), second.take()]).toEqual(["", "ü\0\n", "a"]);
  });

  test("says when a thread has nothing, until something is offered", () => {
    const [first, second] = twoThreads();
    expect(first.hungry).toBe(false);
    expect(second.take()).toBeNull();
    expect(first.hungry).toBe(true);
    first.offer(["a"]);
    expect(first.hungry).toBe(false);
  });

  test("takes only what there is room for", () => {
    const [first, second] = twoThreads();
    const items = Array.from({ length: 100 }, (_, i) => `${i}${"x".repeat(10_000)}`);
    const given = first.offer(items);
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThan(100);
    for (let i = given - 1; i >= 0; i--) expect(second.take()).toBe(items[i]);
    expect(second.take()).toBeNull();
  });

  test("stops when all threads have nothing, and not before", () => {
    const [first, second] = twoThreads();
    expect(first.take()).toBeNull();
    expect(first.stopped).toBe(false);
    second.offer(["a"]);
    expect(second.take()).toBe("a");
    expect(second.stopped).toBe(false);
    expect(second.take()).toBeNull();
    expect([first.stopped, second.stopped]).toEqual([true, true]);
  });

  test("does not wait for a thread that has not joined, nor let it join once it is dismissed", () => {
    const first = WorkPool.create();
    expect(first.dismiss(1)).toBe(true);
    expect(WorkPool.join(first.memory, 1)).toBeNull();
    expect(first.take()).toBeNull();
    expect(first.stopped).toBe(true);
  });

  test("cannot dismiss a thread that has joined", () => {
    const [first] = twoThreads();
    expect(first.dismiss(1)).toBe(false);
  });

  test("knows what a thread had in hand when it died, and goes on without it", () => {
    const [first, second] = twoThreads();
    first.offer(["/folder"]);
    second.take();
    expect(first.bury(1)).toBe("/folder");
    expect(first.take()).toBeNull();
    expect(first.stopped).toBe(true);
  });

  test("lost nothing with a thread that was idle, or that never took anything", () => {
    const [first, second] = twoThreads();
    expect(first.bury(1)).toBeNull();
    const third = WorkPool.join(first.memory, 2);
    third?.take();
    expect(first.bury(2)).toBeNull();
    expect(second.stopped).toBe(false);
  });

  test("adds up what all threads counted, past 32 bits", () => {
    const [first, second] = twoThreads();
    first.count(1, 2 ** 33);
    second.count(2, 2 ** 33 + 1);
    expect(first.totals).toEqual({ files: 3, bytes: 2 ** 34 + 1 });
  });

  test("wakes a waiting thread with what it does", async () => {
    const [first, second] = twoThreads();
    const waiting = first.newsSince(first.news, 60_000);
    second.offer(["a"]);
    await waiting;
    expect(first.take()).toBe("a");
  });
});
