/**
 * Document previews: a small web application that renders PDF pages to images in worker processes. The web process
 * stores and serves; whatever opens a PDF runs in a worker.
 */
@NullMarked
package io.processexecutor.sample;

import org.jspecify.annotations.NullMarked;
