/** Whose API keys are service-specific credentials too. */
export const BEDROCK = "bedrock.amazonaws.com";
