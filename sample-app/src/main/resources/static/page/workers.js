/** The tables: the workers there are, with their buttons, and those that ended. */
import {onClick} from './api.js';
import {duration, megabytes, seconds} from './format.js';

const rows = new Map();
const caption = document.getElementById('workers-caption');

function cell(head) {
  const made = document.createElement('td');
  made.dataset.head = head;
  return made;
}

function rowOf(table, heads) {
  const row = document.createElement('tr');
  row.append(...heads.map(cell));
  table.tBodies[0].append(row);
  return row;
}

function fill(row, texts) {
  texts.forEach((text, i) => {
    if (row.cells[i].textContent !== text) {
      row.cells[i].textContent = text;
    }
  });
}

function button(text, label, path, done) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'danger';
  made.textContent = text;
  made.setAttribute('aria-label', label);
  onClick(made, path, done);
  return made;
}

/** A button belongs to one process and one task for ever: nobody kills another one by bad luck. */
function updateActions(row, {pid, task}) {
  const actions = row.cells[row.cells.length - 1];
  actions.className = 'actions';
  if (pid && !row.kill) {
    row.kill = button('Kill', `Kill process ${pid}`, `demo/workers/${pid}/kill`, `Process ${pid} is killed.`);
    actions.prepend(row.kill);
  }
  if (row.cancel?.dataset.task !== (task && String(task.id))) {
    row.cancel?.remove();
    row.cancel = undefined;
    if (task) {
      row.cancel = button('Cancel', `Cancel task ${task.label ?? task.id}`, `demo/tasks/${task.id}/cancel`,
        `Task ${task.label ?? task.id} is being cancelled.`);
      row.cancel.dataset.task = task.id;
      actions.append(' ', row.cancel);
    }
  }
}

function taskText(task) {
  if (!task) {
    return '';
  }
  const progress = task.progress ? `, ${task.progress.done} of ${task.progress.total}` : '';
  return `${task.label ?? task.id}, ${duration(seconds(task.running))}${progress}`;
}

function showWorkers(workers, {maxWorkers, startFailure}) {
  const table = document.getElementById('workers');
  const ids = new Set(workers.map(worker => worker.id));
  for (const [id, row] of rows) {
    if (!ids.has(id)) {
      if (row.contains(document.activeElement)) {
        document.getElementById('workers-title').focus();
      }
      row.remove();
      rows.delete(id);
    }
  }
  workers.forEach((worker, i) => {
    let row = rows.get(worker.id);
    if (!row) {
      row = rowOf(table, ['Slot', 'Process', 'State', 'Task', 'Tasks', 'Memory', 'Uptime', 'Actions']);
      rows.set(worker.id, row);
    }
    fill(row, [
      String(worker.slot || '–'),
      worker.pid ? String(worker.pid) : '–',
      worker.state.toLowerCase(),
      taskText(worker.task),
      String(worker.tasks),
      megabytes(worker.vitals.rssBytes),
      duration(seconds(worker.uptime)),
    ]);
    row.dataset.state = worker.state;
    updateActions(row, worker);
    if (table.tBodies[0].rows[i] !== row) { // only then: what is moved loses the focus
      table.tBodies[0].insertBefore(row, table.tBodies[0].rows[i]);
    }
  });
  table.classList.toggle('empty', workers.length === 0);
  caption.textContent = startFailure ?? (workers.length
    ? `${workers.length} of at most ${maxWorkers}`
    : `None of at most ${maxWorkers}: they start with the next task.`);
}

function showExits(exits) {
  const table = document.getElementById('exits');
  const body = table.tBodies[0];
  while (body.rows.length > exits.length) {
    body.deleteRow(-1);
  }
  exits.forEach((exit, i) => fill(body.rows[i] ?? rowOf(table, ['Process', 'Reason', 'How', 'Lived', 'Ended']), [
    String(exit.pid),
    exit.reason.toLowerCase().replaceAll('_', ' '),
    exit.how,
    duration(seconds(exit.uptime)),
    new Date(exit.time).toLocaleTimeString(),
  ]));
  table.hidden = exits.length === 0;
}

/** Shows what the executor has. */
export function showPool(pool) {
  showWorkers(pool.workers, pool);
  showExits(pool.lastExits.slice(0, 5));
}
