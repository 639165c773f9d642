export function sweepFunctions(): string[] {
  return [];
}
