import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate for 127.0.0.1 that is its own authority. */
export function selfSigned(folder: string, name: string): { certificate: string; key: string } {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const made = spawnSync("openssl", [
    "req",
    "-x509",
    ...curve,
    "-keyout",
    key,
    "-out",
    certificate,
    "-days",
    "2",
    ...subject,
  ]);
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr.toString()}`);
  return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
}
