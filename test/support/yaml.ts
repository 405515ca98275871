export type Yaml = string | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** Reads the part of YAML that a manifest uses: maps, lists of words and of maps, plain and quoted words, comments. */
export function parseYaml(source: string): Yaml {
  const lines = source
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    .map((line): Line => ({ indent: line.search(/\S/), text: line.trim() }));
  const [value, rest] = readBlock(lines, 0);
  if (rest !== lines.length) throw new Error(`Line not understood: ${lines[rest]?.text}`);
  return value;
}

function readBlock(lines: readonly Line[], start: number): [Yaml, number] {
  const first = lines[start];
  if (first === undefined) throw new Error('A value is missing.');
  return first.text.startsWith('- ') ? readList(lines, start, first.indent) : readMap(lines, start, first.indent);
}

function readList(lines: readonly Line[], start: number, indent: number): [Yaml, number] {
  const list: Yaml[] = [];
  let at = start;
  for (let line = lines[at]; line?.indent === indent && line.text.startsWith('- '); line = lines[at]) {
    const text = line.text.slice(2);
    if (!/^\w+:( |$)/.test(text)) {
      list.push(scalar(text));
      at += 1;
      continue;
    }
    // A map as an item: its first key stands behind the hyphen.
    const inner = [...lines.slice(0, at), { indent: indent + 2, text }, ...lines.slice(at + 1)];
    const [map, next] = readMap(inner, at, indent + 2);
    list.push(map);
    at = next;
  }
  return [list, at];
}

function readMap(lines: readonly Line[], start: number, indent: number): [Yaml, number] {
  const map: Record<string, Yaml> = {};
  let at = start;
  for (let line = lines[at]; line?.indent === indent; line = lines[at]) {
    const [, key, text] = /^([\w-]+):\s*(.*)$/.exec(line.text) ?? [];
    if (key === undefined || text === undefined || key in map) throw new Error(`Not a key of its own: ${line.text}`);
    at += 1;
    if (text === '') [map[key], at] = readBlock(lines, at);
    else map[key] = scalar(text);
  }
  return [map, at];
}

function scalar(text: string): Yaml {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.replace(/^"(.*)"$/, '$1');
}
