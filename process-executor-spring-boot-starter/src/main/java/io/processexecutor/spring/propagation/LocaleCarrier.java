package io.processexecutor.spring.propagation;

import io.processexecutor.ContextCarrier;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;

/** Carries the locale and the time zone that the caller's thread was given, for example by a web request. */
public final class LocaleCarrier implements ContextCarrier {

    /** Creates one. */
    public LocaleCarrier() {}

    @Override
    public @Nullable Snapshot capture() {
        LocaleContext context = LocaleContextHolder.getLocaleContext();
        if (context == null) {
            return null;
        }
        TimeZone zone = context instanceof TimeZoneAwareLocaleContext aware ? aware.getTimeZone() : null;
        return new Settings(context.getLocale(), zone);
    }

    private record Settings(
            @Nullable Locale locale, @Nullable TimeZone zone) implements Snapshot {

        @Override
        public Scope restore() {
            LocaleContext before = LocaleContextHolder.getLocaleContext();
            LocaleContextHolder.setLocaleContext(new SimpleTimeZoneAwareLocaleContext(locale, zone));
            return () -> LocaleContextHolder.setLocaleContext(before);
        }
    }
}
