// The part of Trusted Types that this app uses; TypeScript's own library does not know it.
interface TrustedTypePolicyRules {
  createScriptURL?: (input: string) => string;
}
interface Window {
  trustedTypes?: { createPolicy(name: string, rules: TrustedTypePolicyRules): { createScriptURL(input: string): unknown } };
}
declare var trustedTypes: Window['trustedTypes'];
