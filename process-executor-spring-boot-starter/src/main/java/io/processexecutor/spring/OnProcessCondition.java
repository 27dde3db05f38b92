package io.processexecutor.spring;

import io.processexecutor.internal.protocol.WorkerSettings;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Tells the application from its workers. */
final class OnProcessCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean inWorker = WorkerSettings.inWorker();
        boolean wrong = metadata.isAnnotated(
                inWorker ? ConditionalOnParentProcess.class.getName() : ConditionalOnWorkerProcess.class.getName());
        ConditionMessage message =
                ConditionMessage.of("this process is %s", inWorker ? "a worker" : "the application itself");
        return new ConditionOutcome(!wrong, message);
    }
}
