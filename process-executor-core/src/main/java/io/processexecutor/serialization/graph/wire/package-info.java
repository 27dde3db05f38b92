/**
 * How one graph becomes bytes and back: the driver on top of Kryo, its references, class names and buffers. Knows no
 * type: which serializer a class takes is told by the room above. Depends on Kryo and on {@code explain}.
 */
@NullMarked
package io.processexecutor.serialization.graph.wire;

import org.jspecify.annotations.NullMarked;
