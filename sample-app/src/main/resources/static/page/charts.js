/** The charts. Each has its figures as text below it, too. */
import {megabytes, millis} from './format.js';

const SAMPLES = 120;
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
const charts = {};
let last;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function series(label, i, more = {}) {
  return {label, data: [], series: i, borderDash: DASHES[i % DASHES.length], borderWidth: 2, pointRadius: 0, ...more};
}

/** Colours follow the scheme of the system, also when it changes. */
function paint(chart) {
  const text = colour('--quiet');
  const line = colour('--line');
  for (const set of chart.data.datasets) {
    set.borderColor = set.pointBackgroundColor = colour(`--series-${set.series % 4 + 1}`);
    set.backgroundColor = set.borderColor;
  }
  chart.options.plugins.legend.labels.color = text;
  for (const scale of Object.values(chart.options.scales)) {
    scale.ticks.color = text;
    scale.title.color = text;
    scale.grid.color = line;
  }
}

function make(id, type, unit, datasets) {
  const chart = new Chart(document.getElementById(`${id}-chart`), {
    type,
    data: {labels: [], datasets},
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: {mode: 'index', intersect: false},
      plugins: {legend: {position: 'bottom', labels: type === 'line' ? {usePointStyle: true, pointStyle: 'line', pointStyleWidth: 40} : {boxHeight: 10}}},
      scales: {
        x: {title: {display: false}, ticks: {maxTicksLimit: 6, maxRotation: 0}, grid: {display: type !== 'bar'}},
        y: {beginAtZero: true, title: {display: true, text: unit}, ticks: {precision: unit === 'tasks' ? 0 : undefined}, grid: {}},
      },
    },
  });
  paint(chart);
  charts[id] = chart;
}

/** The mean of what was added to a total, in milliseconds; null if nothing was. */
function mean(now, before = {count: 0, seconds: 0}) {
  const count = now.count - before.count;
  return count > 0 ? (now.seconds - before.seconds) / count * 1000 : null;
}

function describe(id, text) {
  const element = document.getElementById(`${id}-text`);
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function push(id, time, values) {
  const {labels, datasets} = charts[id].data;
  labels.push(time);
  datasets.forEach((set, i) => set.data.push(values[i] ?? null));
  if (labels.length > SAMPLES) {
    labels.shift();
    datasets.forEach(set => set.data.shift());
  }
  charts[id].update();
}

function showSerialization(modes) {
  const names = Object.keys(modes);
  const {data} = charts.serialization;
  data.labels = names;
  ['encode', 'decode'].forEach((operation, i) => {
    data.datasets[i].data = names.map(name => mean(modes[name][operation] ?? {count: 0, seconds: 0}));
  });
  charts.serialization.update();
  describe('serialization', names.length === 0 ? 'Nothing has been serialized yet.' : names.map((name, i) =>
    `${name}: encode ${millis(data.datasets[0].data[i] ?? 0)}, decode ${millis(data.datasets[1].data[i] ?? 0)}`).join('; ')
    + '. Means of all tasks, or of those since the last comparison began.');
}

function showLatency(time, {tasks, waits}) {
  const total = mean(tasks, last?.tasks);
  const waited = mean(waits, last?.waits);
  if (last && tasks.count >= last.tasks.count) { // or the server is another one
    push('latency', time, [total, waited]);
    describe('latency', total === null ? `No task ended in the last second; ${tasks.count} in all.`
      : `Tasks of the last second took ${millis(total)}, of which they waited ${millis(waited ?? 0)}; ${tasks.count} in all.`);
  }
}

function showMemory(time, workers) {
  const {datasets, labels} = charts.memory.data;
  const bySlot = new Map(workers.filter(worker => worker.slot).map(worker => [`worker ${worker.slot}`, worker.vitals.rssBytes]));
  for (const name of bySlot.keys()) {
    if (!datasets.some(set => set.label === name)) {
      datasets.push({...series(name, datasets.length), data: labels.map(() => null)});
      paint(charts.memory);
    }
  }
  push('memory', time, datasets.map(set => (bySlot.get(set.label) || NaN) / 1e6));
  describe('memory', bySlot.size === 0 ? 'There are no workers.'
    : [...bySlot].map(([name, bytes]) => `${name}: ${megabytes(bytes)}`).join('; ') + '.');
}

export function makeCharts() {
  make('serialization', 'bar', 'milliseconds', [series('encode', 0), series('decode', 1)]);
  make('latency', 'line', 'milliseconds', [
    series('submission to end', 0, {pointRadius: 3}), series('of which waiting', 1, {pointRadius: 3})]);
  make('queue', 'line', 'tasks', [series('waiting', 0, {stepped: true}), series('running', 1, {stepped: true})]);
  make('memory', 'line', 'MB', []);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => Object.values(charts).forEach(chart => {
    paint(chart);
    chart.update();
  }));
}

/** Adds what the executor and its meters tell. */
export function showSample(sample) {
  const time = new Date(sample.time).toLocaleTimeString();
  const running = sample.pool.workers.filter(worker => worker.task).length;
  showSerialization(sample.serialization);
  showLatency(time, sample);
  push('queue', time, [sample.pool.queued, running]);
  describe('queue', `${sample.pool.queued} waiting, ${running} running.`);
  showMemory(time, sample.pool.workers);
  last = sample;
}
