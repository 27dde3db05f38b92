package io.processexecutor.spring.propagation;

import io.processexecutor.ContextCarrier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** Carries who is authenticated on the caller's thread, for example by a web request. */
public final class SecurityCarrier implements ContextCarrier {

    /** Creates one. */
    public SecurityCarrier() {}

    @Override
    public @Nullable Snapshot capture() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? null : new Authenticated(authentication);
    }

    private record Authenticated(Authentication authentication) implements Snapshot {

        @Override
        public Scope restore() {
            SecurityContext before = SecurityContextHolder.getContext();
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(authentication);
            SecurityContextHolder.setContext(context);
            return () -> {
                if (before.getAuthentication() == null) {
                    SecurityContextHolder.clearContext();
                } else {
                    SecurityContextHolder.setContext(before);
                }
            };
        }
    }
}
