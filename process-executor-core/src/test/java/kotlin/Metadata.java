package kotlin;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** What the compiler of Kotlin puts on every class, without what it says there. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Metadata {}
