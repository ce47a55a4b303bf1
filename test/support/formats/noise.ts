import { generateAccountId, generateForeignToken, generateHex40, generateUuid, REGIONS } from "../material.ts";
import { BASE32, BASE62, BASE64, HEX, LOWER, type Random } from "../random.ts";

/** A setting that lies beside credentials: its name in SCREAMING_SNAKE, and a value that no AWS key has. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

const WORDS = "cache index worker region bucket module handler session parser stream render config deploy vendor".split(
  " ",
);

/** Exactly `length` characters of words joined like a path, as `/usr/lib/…` is: the alphabet of a secret, and no secret. */
export function generatePath(random: Random, length: number): string {
  let path = "";
  while (path.length < length) path += `/${random.pick(WORDS)}`;
  const cut = path.slice(0, length);
  return cut.endsWith("/") ? `${cut.slice(0, -1)}s` : cut;
}

/** Exactly `length` characters of words joined in camel case. */
export function generateIdentifier(random: Random, length: number): string {
  let name: string = random.pick(WORDS);
  while (name.length < length) {
    const word = random.pick(WORDS);
    name += word.charAt(0).toUpperCase() + word.slice(1);
  }
  return name.slice(0, length);
}

/** A subresource integrity value, as lock files hold. */
export function generateIntegrity(random: Random): string {
  return random.oneIn(2)
    ? `sha256-${Buffer.from(random.bytes(32)).toString("base64")}`
    : `sha512-${Buffer.from(random.bytes(64)).toString("base64")}`;
}

const KINDS: readonly ((random: Random) => Setting)[] = [
  (random) => ({ name: "GIT_COMMIT", value: generateHex40(random) }),
  (random) => ({ name: "SENTRY_RELEASE", value: generateHex40(random) }),
  (random) => ({ name: "SONAR_TOKEN", value: generateHex40(random) }),
  (random) => ({ name: "NEW_RELIC_LICENSE_KEY", value: `${random.text(HEX, 36)}NRAL` }),
  (random) => ({ name: "CLOUDFLARE_API_TOKEN", value: generateForeignToken(random) }),
  (random) => ({ name: "OKTA_CLIENT_SECRET", value: generateForeignToken(random) }),
  (random) => ({ name: "PAYMENT_WEBHOOK_SECRET", value: generateForeignToken(random) }),
  (random) => ({ name: "GITHUB_CLIENT_SECRET", value: generateHex40(random) }),
  (random) => ({ name: "JWT_SECRET", value: Buffer.from(random.bytes(48)).toString("base64") }),
  (random) => ({ name: "SESSION_SECRET", value: random.text(HEX, 64) }),
  (random) => ({ name: "DATABASE_URL", value: `postgres://app:${random.text(BASE62, 16)}@db.internal:5432/app` }),
  (random) => ({ name: "DB_PASSWORD", value: random.text(BASE62, 24) }),
  (random) => ({ name: "TENANT_ID", value: generateUuid(random) }),
  (random) => ({ name: "BUILD_CHECKSUM", value: generateIntegrity(random) }),
  (random) => ({ name: "ARTIFACT_SHA1", value: Buffer.from(random.bytes(20)).toString("base64") }),
  (random) => ({ name: "STATIC_ROOT", value: generatePath(random, 40) }),
  (random) => ({ name: "LOG_PATH", value: `/var/log${generatePath(random, 20 + random.below(40))}` }),
  (random) => ({ name: "HANDLER", value: generateIdentifier(random, 40) }),
  (random) => ({ name: "AWS_REGION", value: random.pick(REGIONS) }),
  (random) => ({ name: "S3_BUCKET", value: `assets-${random.text(LOWER, 8)}` }),
  (random) => ({ name: "AWS_ROLE_ARN", value: `arn:aws:iam::${generateAccountId(random)}:role/service-role/worker` }),
  (random) => ({ name: "AWS_ROLE_ID", value: `AR${"OA"}${random.text(BASE32, 16)}` }),
  (random) => ({ name: "KMS_KEY_ID", value: generateUuid(random) }),
  () => ({ name: "NODE_ENV", value: "production" }),
  (random) => ({ name: "PORT", value: String(3000 + random.below(6000)) }),
  () => ({ name: "LOG_LEVEL", value: "info" }),
  (random) => ({ name: "FEATURE_FLAGS", value: random.text(BASE64, 20) }),
];

/** Up to `most` settings, no name twice. */
export function generateSettings(random: Random, most: number): readonly Setting[] {
  const settings = new Map<string, Setting>();
  for (let count = random.below(most + 1); count > 0; count--) {
    const setting = random.pick(KINDS)(random);
    settings.set(setting.name, setting);
  }
  return [...settings.values()];
}
