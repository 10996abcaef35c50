// Laying what a learner said beside the point: which words they have in common. Kind by design: it counts what is there. No DOM.

const small = new Set("a an and are as at be by for from has have in is it its not of on or so that the then this to was we will with you your".split(" "));
const han = /[\u3400-\u9fff\uf900-\ufaff]/u;
const parts = /[\p{Script=Han}]+|[\p{L}\p{N}]+(?:['’.:][\p{L}\p{N}]+)*/gu;

/** The pieces that carry meaning: words without the small ones, and pairs of Chinese characters. */
function pieces(words: string): string[] {
  return (words.toLowerCase().normalize("NFKC").match(parts) ?? []).flatMap((part) => {
    if (!han.test(part)) return small.has(part) ? [] : [stem(part)];
    const signs = [...part];
    return signs.length === 1 ? signs : signs.slice(1).map((sign, index) => (signs[index] ?? "") + sign);
  });
}

const stem = (word: string): string => (word.length > 4 ? word.replace(/(?:ies|es|s|ing|ed)$/u, "") : word);

/** How much of the point is in what was said, from 0 to 1. */
export function share(said: string, point: string): number {
  const wanted = pieces(point);
  const had = new Set(pieces(said));
  return wanted.length === 0 ? 0 : wanted.filter((piece) => had.has(piece)).length / wanted.length;
}

/** The point in runs: what was said too, and what was not. */
export function runs(said: string, point: string): { words: string; had: boolean }[] {
  const had = new Set(pieces(said));
  const found: { words: string; had: boolean }[] = [];
  const add = (words: string, same: boolean): void => {
    const last = found.at(-1);
    if (last && last.had === same) last.words += words;
    else if (words) found.push({ words, had: same });
  };
  let at = 0;
  for (const match of point.matchAll(parts)) {
    add(point.slice(at, match.index), found.at(-1)?.had ?? false);
    at = match.index + match[0].length;
    if (!han.test(match[0])) {
      add(match[0], had.has(stem(match[0].toLowerCase().normalize("NFKC"))));
      continue;
    }
    const signs = [...match[0]];
    for (const [index, sign] of signs.entries()) {
      add(sign, had.has((signs[index - 1] ?? "") + sign) || had.has(sign + (signs[index + 1] ?? "")) || (signs.length === 1 && had.has(sign)));
    }
  }
  add(point.slice(at), false);
  return found;
}
