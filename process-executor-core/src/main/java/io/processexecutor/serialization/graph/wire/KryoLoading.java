package io.processexecutor.serialization.graph.wire;

import com.esotericsoftware.kryo.util.Util;

/**
 * Loads Kryo with its Unsafe switched off, and puts the switch back: the application's own Kryo reads the same system
 * property, and {@code sun.misc.Unsafe} prints a warning on newer JDKs.
 */
final class KryoLoading {

    private static final String SWITCH = "kryo.unsafe";

    static {
        load();
    }

    private KryoLoading() {}

    /** Call before the first mention of Kryo; its switch is read by a static initializer. */
    static void ensure() {}

    private static void load() {
        String before = System.getProperty(SWITCH);
        System.setProperty(SWITCH, "false");
        try {
            // Its answer does not matter: another user of Kryo may have been first.
            boolean ignored = Util.isUnsafeAvailable();
        } finally {
            if (before == null) {
                System.clearProperty(SWITCH);
            } else {
                System.setProperty(SWITCH, before);
            }
        }
    }
}
