package io.processexecutor.spring.worker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.ApplicationListenerMethodAdapter;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.ResolvableType;

/**
 * Tells of the start of a worker's context only those listeners of the framework that are there already: the application
 * has started once, elsewhere. All other events are events of tasks, and told as ever: by the multicaster that the
 * application would have.
 */
final class QuietStartMulticaster extends SimpleApplicationEventMulticaster {

    private final Queue<ApplicationListener<?>> made = new ConcurrentLinkedQueue<>();

    private final ApplicationEventMulticaster otherwise;

    QuietStartMulticaster(ApplicationEventMulticaster otherwise) {
        this.otherwise = otherwise;
    }

    @Override
    public void addApplicationListener(ApplicationListener<?> listener) {
        made.add(listener);
        otherwise.addApplicationListener(listener);
    }

    @Override
    public void addApplicationListenerBean(String name) {
        otherwise.addApplicationListenerBean(name);
    }

    @Override
    public void removeApplicationListener(ApplicationListener<?> listener) {
        otherwise.removeApplicationListener(listener);
    }

    @Override
    public void removeApplicationListenerBean(String name) {
        otherwise.removeApplicationListenerBean(name);
    }

    @Override
    public void removeApplicationListeners(Predicate<ApplicationListener<?>> predicate) {
        otherwise.removeApplicationListeners(predicate);
    }

    @Override
    public void removeApplicationListenerBeans(Predicate<String> predicate) {
        otherwise.removeApplicationListenerBeans(predicate);
    }

    @Override
    public void removeAllListeners() {
        otherwise.removeAllListeners();
    }

    @Override
    public void multicastEvent(ApplicationEvent event) {
        multicastEvent(event, null);
    }

    @Override
    public void multicastEvent(ApplicationEvent event, @Nullable ResolvableType eventType) {
        if (!(event instanceof ContextRefreshedEvent)) {
            otherwise.multicastEvent(event, eventType);
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
