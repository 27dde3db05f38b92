/**
 * Files that processes of one pool share, in directories which only their user may enter and which are cleared up after
 * whoever was killed. Knows nothing of what is in them.
 */
@NullMarked
package io.processexecutor.internal.files;

import org.jspecify.annotations.NullMarked;
