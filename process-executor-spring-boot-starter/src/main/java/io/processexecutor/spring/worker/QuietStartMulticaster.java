package io.processexecutor.spring.worker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationListenerMethodAdapter;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.ResolvableType;

/**
 * Tells of the start of a worker's context only those listeners of the framework that are there already: the application
 * has started once, elsewhere. All other events are events of tasks, and told as ever.
 */
final class QuietStartMulticaster extends SimpleApplicationEventMulticaster {

    private final Queue<ApplicationListener<?>> made = new ConcurrentLinkedQueue<>();

    QuietStartMulticaster(BeanFactory beans) {
        super(beans);
    }

    @Override
    public void addApplicationListener(ApplicationListener<?> listener) {
        made.add(listener);
        super.addApplicationListener(listener);
    }

    @Override
    public void multicastEvent(ApplicationEvent event, @Nullable ResolvableType eventType) {
        if (!(event instanceof ContextRefreshedEvent)) {
            super.multicastEvent(event, eventType);
            return;
        }
        ResolvableType type = eventType != null ? eventType : ResolvableType.forInstance(event);
        for (ApplicationListener<?> each : made) {
            if (isOfFramework(each)
                    && supportsEvent(each, type, event.getSource().getClass())) {
                invokeListener(each, event);
            }
        }
    }

    private static boolean isOfFramework(ApplicationListener<?> listener) {
        return listener.getClass().getName().startsWith("org.springframework.")
                && !(listener instanceof ApplicationListenerMethodAdapter);
    }
}
