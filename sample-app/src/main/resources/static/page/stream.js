/** The server's events, for as long as the page is open: when the server is gone they go on once it is back. */

const RETRY_MILLIS = 2000;
const connection = document.getElementById('connection');

function show(lost, text) {
  if (connection.textContent !== text) {
    connection.textContent = text;
    connection.className = lost ? 'lost' : 'quiet';
  }
}

/** Calls each listener with the content of the section of its name. */
export function listen(listeners) {
  const source = new EventSource('page/events');
  source.onopen = () => show(false, 'Live');
  for (const [name, listener] of Object.entries(listeners)) {
    source.addEventListener(name, event => listener(JSON.parse(event.data)));
  }
  source.onerror = () => {
    show(true, 'The server is gone. What you see is from before; trying again…');
    // A browser tries again by itself unless the server answered with an error.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => listen(listeners), RETRY_MILLIS);
    }
  };
}
