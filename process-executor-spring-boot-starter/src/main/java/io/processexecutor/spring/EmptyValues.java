package io.processexecutor.spring;

import java.beans.PropertyDescriptor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Has a property under {@code process-executor} that is empty count as not set, as it does elsewhere in Boot. Where
 * unknown properties fail the start Boot takes it for one of them, since nothing comes of it. A value where a group of
 * settings belongs is told with where it was set.
 */
final class EmptyValues implements ConfigurationPropertiesBindHandlerAdvisor {

    private static final ConfigurationPropertyName PREFIX =
            ConfigurationPropertyName.of(ProcessExecutorProperties.PREFIX);

    private final Environment environment;

    EmptyValues(Environment environment) {
        this.environment = environment;
    }

    @Override
    public BindHandler apply(BindHandler handler) {
        return new AbstractBindHandler(handler) {
            @Override
            public <T> @Nullable Bindable<T> onStart(
                    ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
                return super.onStart(name, PREFIX.isAncestorOf(name) ? boxed(target) : target, context);
            }

            @Override
            public @Nullable Object onFailure(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error)
                    throws Exception {
                // A pool of which nothing is said: Boot looks for what makes one of an empty text.
                if (target.getType().resolve() == PoolProperties.class && isEmpty(name, property(name, context))) {
                    return super.onSuccess(name, target, context, new PoolProperties());
                }
                if (error instanceof ConverterNotFoundException && PREFIX.isAncestorOf(name)) {
                    refuse(name, aboutGroup(name, target), context);
                }
                return super.onFailure(name, target, context, error);
            }

            @Override
            public void onFinish(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, @Nullable Object result)
                    throws Exception {
                if (result == null && PREFIX.isAncestorOf(name) && isEmpty(name, context.getConfigurationProperty())) {
                    // Said of a name that is known; there is no value to be changed.
                    Object unused = super.onSuccess(name, target, context, "");
                }
                super.onFinish(name, target, context, result);
            }
        };
    }

    /** By binding it to what takes any value: what Boot then refuses it tells with the value and where that was set. */
    private static void refuse(ConfigurationPropertyName name, String why, BindContext context) {
        context.getBinder().bind(name, Bindable.of(Object.class), new BindHandler() {
            @Override
            public Object onSuccess(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
                throw new IllegalStateException(why);
            }
        });
    }

    /** With one of its settings, so that a typing error such as of {@code workers} is seen. */
    private static String aboutGroup(ConfigurationPropertyName name, Bindable<?> target) {
        for (PropertyDescriptor each :
                BeanUtils.getPropertyDescriptors(target.getType().resolve(Object.class))) {
            if (each.getWriteMethod() != null) {
                return "it has no value, but is a group of settings, such as " + name + "."
                        + DataObjectPropertyName.toDashedForm(each.getName());
            }
        }
        return "it has no value, but is a group of names with a value each";
    }

    /** A primitive cannot be what comes of an empty value, which is nothing. */
    @SuppressWarnings("unchecked")
    private static <T> Bindable<T> boxed(Bindable<T> target) {
        Class<?> type = target.getType().resolve(Object.class);
        return type.isPrimitive() ? (Bindable<T>) Bindable.of(ClassUtils.resolvePrimitiveIfNecessary(type)) : target;
    }

    /** The context has forgotten what could not be converted. */
    private static @Nullable ConfigurationProperty property(ConfigurationPropertyName name, BindContext context) {
        for (ConfigurationPropertySource source : context.getSources()) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }

    private boolean isEmpty(ConfigurationPropertyName name, @Nullable ConfigurationProperty property) {
        return property != null
                && property.getName().equals(name)
                && property.getValue() instanceof CharSequence text
                && environment.resolvePlaceholders(text.toString()).isBlank();
    }
}
