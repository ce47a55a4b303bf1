/** Where a secret of the configuration comes from; never the secret itself. */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly command: readonly [string, ...string[]] }
  | { readonly keychain: string };
