package io.processexecutor.serialization.classfile;

/**
 * A field or method as a class file names it.
 *
 * @param owner the internal name of the class it is looked up in, such as {@code java/lang/String}
 * @param name its name
 * @param descriptor its type
 * @param ofInterface whether the owner is referred to as an interface
 */
public record MemberReference(String owner, String name, String descriptor, boolean ofInterface) {

    @Override
    public String toString() {
        return owner.replace('/', '.') + "." + name + descriptor;
    }
}
