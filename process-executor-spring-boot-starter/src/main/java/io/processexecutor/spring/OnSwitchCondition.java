package io.processexecutor.spring;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** As Boot's own for properties, of which one that is empty is there, and not true. */
final class OnSwitchCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        String property = metadata.getAnnotations()
                .get(ConditionalUnlessSwitchedOff.class)
                .getString("value");
        String value = context.getEnvironment().getProperty(property);
        boolean isSet = value != null && !value.isBlank();
        ConditionMessage message = ConditionMessage.forCondition(ConditionalUnlessSwitchedOff.class)
                .because(property + (isSet ? " is " + value : " is not set"));
        return new ConditionOutcome(!isSet || "true".equalsIgnoreCase(value), message);
    }
}
