package io.processexecutor.serialization.runtime;

/**
 * A class as one end names it to the other.
 *
 * @param className its binary name, or that of an array class
 * @param loader the number of its loader where the name comes from; 0 for a class that both ends find by themselves
 */
public record ClassName(String className, long loader) {

    // In no binary name; that of an array class has one as its last character only.
    private static final char MARK = ';';

    /**
     * Reads a name.
     *
     * @param text what {@link #toString} wrote
     * @return the name
     */
    public static ClassName parse(String text) {
        int mark = text.lastIndexOf(MARK);
        if (mark < 0 || mark == text.length() - 1) {
            return new ClassName(text, 0);
        }
        try {
            return new ClassName(text.substring(0, mark), Long.parseLong(text, mark + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            return new ClassName(text, 0);
        }
    }

    /**
     * Whether both ends find the class by themselves.
     *
     * @return false if its loader is named
     */
    public boolean atHome() {
        return loader == 0;
    }

    @Override
    public String toString() {
        return loader == 0 ? className : className + MARK + loader;
    }
}
