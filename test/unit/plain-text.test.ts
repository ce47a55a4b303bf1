import { expect, test } from "vitest";
import { refusePlainText } from "../../src/runtime/plain-text.ts";

test.each(["https://example.com/", "http://localhost:1/", "http://127.0.0.1/", "http://127.4.5.6:8/", "http://[::1]/"])(
  "what is encrypted, or does not leave this host, is spoken to: %s",
  (address) => {
    expect(() => refusePlainText(new URL(address))).not.toThrow();
  },
);

test.each([
  "http://example.com/",
  "http://127.0.0.1.example.com/",
  "http://localhost.example.com/",
  "http://128.0.0.1/",
  "http://[::2]/",
  "ws://localhost/",
])("anything else is refused: %s", (address) => {
  expect(() => refusePlainText(new URL(address))).toThrow(expect.objectContaining({ code: "target", retry: "never" }));
});
