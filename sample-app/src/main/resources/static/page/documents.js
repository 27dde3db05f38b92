/** The form, and the documents with their progress and pages. */
import {post, say} from './api.js';

const list = document.getElementById('documents');
const MOST_FINISHED = 5;
const none = document.getElementById('no-documents');
const names = new Map();
const shown = new Map();

/** A card, made once and then only updated: nothing jumps, and what is focused stays so. */
function cardOf(id) {
  const card = document.createElement('li');
  card.id = `document-${id}`;
  const title = document.createElement('h3');
  title.id = `title-${id}`;
  title.textContent = names.get(id) ?? `Document ${id.slice(0, 8)}`;
  const bar = document.createElement('progress');
  bar.setAttribute('aria-labelledby', title.id);
  const text = document.createElement('p');
  const pages = document.createElement('ol');
  pages.className = 'pages';
  pages.tabIndex = 0; // it may have to be scrolled
  pages.hidden = true;
  pages.setAttribute('aria-label', 'Pages');
  card.append(title, bar, text, pages);
  list.prepend(card);
  return {card, title, bar, text, pages};
}

function textOf({state, progress, pageCount, error}) {
  switch (state) {
    case 'QUEUED': return 'Waiting for a worker';
    case 'RUNNING': return progress ? `Page ${Math.min(progress.done + 1, progress.total)} of ${progress.total}` : 'Rendering';
    case 'DONE': return pageCount === 1 ? '1 page' : `${pageCount} pages`;
    default: return [error?.title, error?.detail].filter(Boolean).join(': ');
  }
}

function setBar(bar, {state, progress, pageCount}) {
  if (state === 'DONE') {
    bar.max = bar.value = pageCount;
  } else if (progress) {
    bar.max = progress.total;
    bar.value = progress.done;
  } else {
    bar.removeAttribute('value'); // nobody knows
  }
  bar.hidden = state === 'FAILED';
}

function addPages(pages, {id, pageCount}, name) {
  for (let number = 1; number <= pageCount; number++) {
    const image = document.createElement('img');
    image.loading = 'lazy';
    image.src = `documents/${id}/pages/${number}.png`;
    const item = document.createElement('li');
    item.append(image);
    pages.append(item);
  }
  describePages(pages, name);
  pages.hidden = false;
}

function describePages(pages, name) {
  pages.querySelectorAll('img').forEach((image, i) => {
    image.alt = `Page ${i + 1} of ${name}`;
  });
}

function show(view) {
  let parts = shown.get(view.id);
  if (!parts) {
    parts = cardOf(view.id);
    shown.set(view.id, parts);
  }
  if (parts.state === view.state && view.state !== 'RUNNING') {
    return;
  }
  parts.state = view.state;
  parts.card.dataset.state = view.state;
  parts.text.textContent = textOf(view);
  parts.text.className = view.state === 'FAILED' ? 'failed' : 'quiet';
  setBar(parts.bar, view);
  if (view.state === 'DONE') {
    addPages(parts.pages, view, parts.title.textContent);
    say(`${parts.title.textContent} is rendered.`);
  } else if (view.state === 'FAILED') {
    say(`${parts.title.textContent} failed.`);
  }
}

function isFinished({state}) {
  return state === 'DONE' || state === 'FAILED';
}

/** Shows the documents that are in progress, and those that finished last. */
export function showDocuments(all) {
  const views = all.filter(isFinished).slice(-MOST_FINISHED).concat(all.filter(view => !isFinished(view)));
  const ids = new Set(views.map(view => view.id));
  for (const [id, parts] of shown) {
    if (!ids.has(id)) {
      parts.card.remove();
      shown.delete(id);
    }
  }
  views.forEach(show);
  none.hidden = views.length > 0;
}

/** Has the form upload without leaving the page. */
export function enableUpload() {
  const form = document.getElementById('upload');
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const content = new FormData(form);
    const name = content.get('file').name;
    const response = await post('documents', content);
    if (response) {
      const {id} = await response.json();
      names.set(id, name);
      const parts = shown.get(id); // the stream may be faster
      if (parts) {
        parts.title.textContent = name;
        describePages(parts.pages, name);
      }
      say(`${name} is uploaded.`);
    }
  });
}
