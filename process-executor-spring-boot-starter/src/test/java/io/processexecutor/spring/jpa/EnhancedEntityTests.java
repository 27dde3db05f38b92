package io.processexecutor.spring.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.processexecutor.ProcessExecutor;
import io.processexecutor.SerializationOptions;
import io.processexecutor.TaskSerializationException;
import io.processexecutor.pool.ProcessPoolExecutor;
import java.util.Map;
import java.util.Set;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributeLoadingInterceptor;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributeLoadingInterceptor.EntityRelatedState;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.engine.spi.PersistentAttributeInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An entity as Hibernate's enhancer makes it when the application is built, whose attributes may be lazy on their own. */
@Timeout(60)
class EnhancedEntityTests {

    /** What the enhancer adds is written out. */
    static class Letter implements PersistentAttributeInterceptable {

        String text = "read";

        private transient PersistentAttributeInterceptor interceptor;

        @Override
        public PersistentAttributeInterceptor $$_hibernate_getInterceptor() {
            return interceptor;
        }

        @Override
        public void $$_hibernate_setInterceptor(PersistentAttributeInterceptor interceptor) {
            this.interceptor = interceptor;
        }
    }

    @Test
    void oneWithAnAttributeThatWasNotLoadedIsRefusedAndAnyOtherTravels() throws Exception {
        SerializationOptions options = SerializationOptions.defaults().replacer(new HibernateReplacer());
        try (ProcessExecutor executor =
                ProcessPoolExecutor.builder().workers(1).serialization(options).buildInProcess()) {
            Letter letter = new Letter();
            assertThat(executor.submit(() -> letter).get().text).isEqualTo("read");
            LazyAttributeLoadingInterceptor interceptor =
                    new LazyAttributeLoadingInterceptor(new EntityRelatedState("Letter", Set.of("text")), 1, null);
            letter.$$_hibernate_setInterceptor(interceptor);
            Map<String, Letter> letters = Map.of("first", letter);
            assertThatExceptionOfType(TaskSerializationException.class)
                    .isThrownBy(() -> executor.submit(() -> letters.size()))
                    .withMessageContaining("the entity Letter, or a lazy attribute of it, has not been loaded")
                    .withMessageContaining("task.captured[0]");
            interceptor.attributeInitialized("text");
            Letter back = executor.submit(() -> letter).get();
            assertThat(back.text).isEqualTo("read");
            assertThat(back.$$_hibernate_getInterceptor()).isNull();
        }
    }
}
