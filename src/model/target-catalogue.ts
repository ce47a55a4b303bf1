/** What there is to say of a type of target, for help and documentation. */
export interface TargetEntry {
  /** As the configuration names it. */
  readonly type: string;
  readonly title: string;
  /** How strongly reading it proves what it holds; of its example's settings. */
  readonly readBack: "value" | "digest" | "metadata" | "none";
  /** Whether id and secret change in one step; of its example's settings. */
  readonly atomic: boolean;
  readonly settings: readonly TargetSetting[];
  /** Where there is a choice: which settings each way needs. Otherwise empty. */
  readonly alternatives: readonly (readonly string[])[];
  /** Settings that work. */
  readonly example: Readonly<Record<string, unknown>>;
  /** The example in YAML, as an item of a list, with a newline at its end. */
  readonly exampleText: string;
  /** Markdown. */
  readonly leastPrivilege: string;
  /** What makes a static key there needless, in a sentence; null where nothing is known to. */
  readonly avoidableBy: string | null;
}

export interface TargetSetting {
  readonly name: string;
  /** Whether each way to write the target needs it. */
  readonly required: boolean;
  /** What it is where it is left out; absent where it is not anything then. */
  readonly default?: unknown;
  /** Markdown. */
  readonly description: string;
}

/** `keysweep/targets@1`. */
export interface TargetsReport {
  readonly schema: "keysweep/targets@1";
  readonly tool: { readonly name: string; readonly version: string };
  /** Settings that every type has besides its own. */
  readonly common: readonly TargetSetting[];
  readonly targets: readonly TargetEntry[];
}
