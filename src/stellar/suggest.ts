import { distance } from 'fastest-levenshtein';

/** Most candidates that are looked at: a search among all fields of an index would take longer than its answer is worth. */
const mostCandidates = 2000;

/** The candidate nearest to a mistyped name, undefined when none is near enough to be meant. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toUpperCase().slice(0, 64);
  const letters = sortedLetters(wanted);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  let left = mostCandidates;
  for (const candidate of candidates) {
    left -= 1;
    if (left < 0) break;
    // Names whose lengths differ by more are further apart than what counts as near.
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const name = candidate.toUpperCase();
    // Swapped letters are one slip, not two.
    const d = sortedLetters(name) === letters && name !== wanted ? 1 : distance(wanted, name);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

function sortedLetters(text: string): string {
  return [...text].sort().join('');
}
