/**
 * The page at {@code /}: one stream of server-sent events with what there is to see, and the guard of what may be asked.
 * Knows nothing of what it shows; that is for {@link io.processexecutor.sample.page.PageSection sections} to say.
 */
@NullMarked
package io.processexecutor.sample.page;

import org.jspecify.annotations.NullMarked;
