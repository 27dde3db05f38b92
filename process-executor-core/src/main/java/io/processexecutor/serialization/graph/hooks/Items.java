package io.processexecutor.serialization.graph.hooks;

/**
 * What a hook writes is a run of tagged items, so that what a hook does not read can be skipped and what it misses is
 * noticed.
 */
final class Items {

    /** Nothing more. */
    static final int END = 0;
    /** A byte with a length, and as many bytes of primitive data. */
    static final int SHORT_BLOCK = 1;
    /** A varint with a length, and as many bytes of primitive data. */
    static final int LONG_BLOCK = 2;
    /** An object. */
    static final int OBJECT = 3;
    /** The serializable fields in their order. */
    static final int FIELDS = 4;
    /** A count, and as many pairs of name and object. */
    static final int NAMED_FIELDS = 5;

    static final int LONGEST_SHORT_BLOCK = 255;

    private Items() {}
}
