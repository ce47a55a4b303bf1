import * as z from "zod/mini";
import { describeTarget } from "../descriptor.ts";
import { namesOf, secretReference, text } from "../settings.ts";

export default describeTarget({
  type: "webhook",
  title: "An HTTPS endpoint of yours that takes the key by a signed request",
  settings: z.strictObject({
    url: z
      .url({ protocol: /^https?$/, error: "must be an address that begins with https://" })
      .check(z.describe("Where the requests go; `http://` only on this host itself.")),
    secret: secretReference.check(
      z.describe(
        "What requests are signed with, as [Standard Webhooks](https://www.standardwebhooks.com) has it: `whsec_` and base64, or a text of your own.",
      ),
    ),
    read: z
      ._default(z.boolean(), true)
      .check(
        z.describe(
          "Whether the endpoint answers questions for the id that it holds; without it nothing proves what it holds but use.",
        ),
      ),
    names: z
      ._default(namesOf(text), { accessKeyId: "accessKeyId", secretAccessKey: "secretAccessKey" })
      .check(z.describe("What the two fields of the request's JSON body are called.")),
  }),
  example: {
    url: "https://keys.example.com/aws/warehouse",
    secret: { env: "KEYS_WEBHOOK_SECRET" },
    read: true,
    names: { accessKeyId: "accessKeyId", secretAccessKey: "secretAccessKey" },
  },
  isAtomic: () => true,
  readBack: ({ read }) => (read ? "value" : "none"),
  leastPrivilege:
    "Nothing but to reach the endpoint. The endpoint should check the signature, and that the timestamp is of the last five minutes.",
  avoidableBy: null,
  place: ({ url }) => {
    const { origin, pathname } = new URL(url);
    // Its query may hold a token.
    return `the endpoint ${origin}${pathname}`;
  },
  async open(settings, world, place) {
    const { openWebhook } = await import("./target.ts");
    return openWebhook(settings, world, place);
  },
});
