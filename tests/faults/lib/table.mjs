// What a run prints at its end.

const columns = [
  ['case', (r) => r.case], ['form', (r) => r.share], ['seed', (r) => r.seed], ['seconds', (r) => r.seconds.toFixed(1)],
  ['recovery s', (r) => r.recovery?.toFixed(1)], ['in', (r) => r.in], ['out', (r) => r.out], ['lost', (r) => r.lost],
  ['duplicated', (r) => r.duplicated], ['strange', (r) => r.strange], ['same id again', (r) => r.repeats], ['MiB', (r) => r.memory],
  ['outcome', (r) => r.outcome], ['', (r) => (r.outcome === 'ok' ? r.note : '')],
];
const left = new Set([0, 1, 12, 13]);

export function as_table(rows) {
  const cells = [columns.map(([head]) => head), ...rows.map((row) => columns.map(([, text]) => String(text(row) ?? '-')))];
  const width = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  return cells.map((line) => line.map((text, i) => (left.has(i) ? text.padEnd(width[i]) : text.padStart(width[i]))).join('  ').trimEnd())
    .join('\n') + '\n';
}

export const as_json = (rows) => `${JSON.stringify(rows, null, 1)}\n`;
