package io.processexecutor.serialization.classfile;

/**
 * A method handle as a class file names it.
 *
 * @param kind how the member is called, one of the {@code REF_} constants of
 *     {@link java.lang.invoke.MethodHandleInfo}
 * @param member what is called
 */
public record HandleReference(int kind, MemberReference member) {}
