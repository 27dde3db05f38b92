/**
 * What parent and worker say to each other, and how: frames, messages, the socket, the status page, the worker's
 * settings. Knows no executor and no process; depends on the contract only.
 */
@NullMarked
package io.processexecutor.internal.protocol;

import org.jspecify.annotations.NullMarked;
