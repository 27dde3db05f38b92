package io.processexecutor.spring.jpa;

import io.processexecutor.ObjectReplacer;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.TaskSerializationException.Phase;
import org.hibernate.bytecode.enhance.spi.interceptor.BytecodeLazyAttributeInterceptor;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.proxy.AbstractSerializableProxy;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;

/**
 * Refuses what has not been loaded of an entity: no other process has the session that would load it. It loads nothing
 * itself, and has nothing to send for what is loaded: Hibernate's own classes leave their session behind, and a proxy its
 * entity in its place.
 */
public final class HibernateReplacer implements ObjectReplacer {

    /** Creates one. */
    public HibernateReplacer() {}

    @Override
    public boolean replaces(Class<?> type) {
        return HibernateProxy.class.isAssignableFrom(type)
                || PersistentCollection.class.isAssignableFrom(type)
                || PersistentAttributeInterceptable.class.isAssignableFrom(type)
                || AbstractSerializableProxy.class.isAssignableFrom(type);
    }

    @Override
    public Object replace(Object object) {
        LazyInitializer proxy = HibernateProxy.extractLazyInitializer(object);
        if (proxy != null && proxy.isUninitialized()) {
            throw notLoaded(object, "a proxy of the entity " + proxy.getEntityName());
        }
        if (object instanceof PersistentCollection<?> collection && !collection.wasInitialized()) {
            throw notLoaded(object, "the collection " + collection.getRole());
        }
        if (object instanceof PersistentAttributeInterceptable enhanced
                && enhanced.$$_hibernate_getInterceptor() instanceof BytecodeLazyAttributeInterceptor lazy
                && lazy.hasAnyUninitializedAttributes()) {
            throw notLoaded(object, "the entity " + lazy.getEntityName() + ", or a lazy attribute of it,");
        }
        // The stream of the JDK has asked the proxy already what to send for it.
        if (object instanceof AbstractSerializableProxy) {
            throw notLoaded(object, "a proxy of an entity");
        }
        return object;
    }

    @Override
    public Object restore(Object reference) {
        return reference;
    }

    private static TaskSerializationException notLoaded(Object object, String what) {
        return new TaskSerializationException(
                Phase.ENCODE_TASK,
                null,
                object.getClass().getName(),
                what
                        + " has not been loaded, and outside of its session it cannot be: load it there first (a fetch join,"
                        + " an entity graph, Hibernate.initialize), or send a DTO",
                null);
    }
}
