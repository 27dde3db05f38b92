/** Requests that change something, and what went wrong with them. */

const alerts = document.getElementById('alerts');
const said = document.getElementById('said');

/** How many of the things that were done stay on the page. */
const LINES_SAID = 3;

/** A problem of RFC 9457, as an error. */
async function problemOf(response) {
  const type = response.headers.get('Content-Type') ?? '';
  const problem = type.includes('json') ? await response.json() : {};
  return new Error([problem.title ?? `The server answered ${response.status}`, problem.detail].filter(Boolean).join(': '));
}

/** Shows an error until it is dismissed. */
export function showError(message) {
  const box = document.createElement('div');
  box.className = 'alert';
  const text = document.createElement('p');
  text.textContent = message;
  const dismiss = document.createElement('button');
  dismiss.type = 'button';
  dismiss.className = 'danger';
  dismiss.textContent = 'Dismiss';
  dismiss.addEventListener('click', () => box.remove());
  box.append(text, dismiss);
  alerts.replaceChildren(box);
}

/** Says what was done, next to what was said just before: two things may happen at once. */
export function say(message) {
  const line = document.createElement('p');
  line.textContent = message;
  said.append(line);
  while (said.childElementCount > LINES_SAID) {
    said.firstElementChild.remove();
  }
}

/** Posts, and gives the response; undefined if something went wrong, which is on the page then. */
export async function post(path, body) {
  try {
    const response = await fetch(path, {method: 'POST', body});
    if (!response.ok) {
      throw await problemOf(response);
    }
    alerts.replaceChildren();
    return response;
  } catch (error) {
    showError(error instanceof TypeError ? 'The server cannot be reached, or broke the request off.' : error.message);
    return undefined;
  }
}

/** Has a button post, once at a time. */
export function onClick(button, path, done) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    if (await post(path)) {
      say(done);
    }
    button.disabled = false;
    if (document.activeElement === document.body) { // where being disabled has put it
      button.focus();
    }
  });
}
