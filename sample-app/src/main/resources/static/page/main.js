/** Puts the page together. */
import {onClick} from './api.js';
import {makeCharts, showSample} from './charts.js';
import {enableUpload, showDocuments} from './documents.js';
import {listen} from './stream.js';
import {showPool} from './workers.js';

const output = document.getElementById('walkthrough-text');

function showWalkthrough({running, text}) {
  const atEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 40;
  output.hidden = text === '';
  output.textContent = text;
  output.setAttribute('aria-busy', String(running));
  if (atEnd) {
    output.scrollTop = output.scrollHeight;
  }
}

makeCharts();
enableUpload();
onClick(document.getElementById('hang'), 'demo/hang', 'A task that never returns is submitted.');
onClick(document.getElementById('comparison'), 'demo/comparison', 'The comparison is under way.');
onClick(document.getElementById('walkthrough'), 'demo/walkthrough', 'The walkthrough is under way.');
listen({
  documents: showDocuments,
  executor: sample => {
    showPool(sample.pool);
    showSample(sample);
  },
  walkthrough: showWalkthrough,
});
