package io.processexecutor.serialization.lambda;

import io.processexecutor.serialization.classfile.ClassFile;
import io.processexecutor.serialization.classfile.ClassMethod;
import io.processexecutor.serialization.classfile.Descriptors;
import io.processexecutor.serialization.classfile.Instructions;
import io.processexecutor.serialization.classfile.MemberReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a lambda stands in the source and what its captured values are called there, as far as the compiler left it in
 * the class file. For errors only: reads the class file at every call and never fails.
 */
public final class LambdaSource {

    private static final int MOST_LINES = 3;
    private static final int DEEPEST_NESTING = 16;

    private final LambdaSite site;
    private final ClassFile file;

    private LambdaSource(LambdaSite site, ClassFile file) {
        this.site = site;
        this.file = file;
    }

    /**
     * Where a lambda was written.
     *
     * @param lambdaClass the class of a lambda
     * @return such as {@code com.acme.Job.run(Job.java:41)}, or {@code com.acme.Job.run(Job.java:41, Foo::bar)} for a
     *     method reference; only the class if nothing more is known, empty if it is no lambda
     */
    public static Optional<String> whereWritten(Class<?> lambdaClass) {
        if (!Lambdas.isLambda(lambdaClass)) {
            return Optional.empty();
        }
        return of(lambdaClass).map(LambdaSource::where).or(() -> Optional.of(Lambdas.hostName(lambdaClass)));
    }

    /**
     * What the captured values of a lambda are called in the source.
     *
     * @param lambdaClass the class of a lambda
     * @return one name for each value in the order of capture: {@code this}, the name of a variable, or
     *     {@code captured[i]} where the compiler left it out; empty if it is no lambda
     */
    public static List<String> capturedNames(Class<?> lambdaClass) {
        if (!Lambdas.isLambda(lambdaClass)) {
            return List.of();
        }
        int count = LambdaShape.of(lambdaClass).count();
        Optional<LambdaSource> source = of(lambdaClass);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int position = i;
            names.add(source.flatMap(it -> it.nameOf(position)).orElse("captured[" + i + "]"));
        }
        return names;
    }

    /**
     * The fields a lambda reads, if it uses {@code this} for nothing else: copied to locals, they would make it do
     * without {@code this}.
     *
     * @param lambdaClass the class of a lambda
     * @return the names of the fields; empty if the lambda does not capture {@code this}, or uses it in another way, or
     *     that cannot be told
     */
    public static Optional<List<String>> fieldsUsedOfThis(Class<?> lambdaClass) {
        if (!Lambdas.isLambda(lambdaClass)) {
            return Optional.empty();
        }
        return of(lambdaClass).flatMap(LambdaSource::fieldsOfThis);
    }

    private static Optional<LambdaSource> of(Class<?> lambdaClass) {
        try {
            LambdaSite site = LambdaReader.read(lambdaClass);
            return ClassFile.bytesOf(Lambdas.host(lambdaClass))
                    .map(bytes -> new LambdaSource(site, ClassFile.parse(bytes)));
        } catch (UnreadableLambdaException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private String where() {
        Optional<ClassMethod> body = body();
        List<Occurrence> occurrences = occurrences(site);
        Set<Integer> lines = new TreeSet<>();
        if (body.isPresent()) {
            body.get().line(0).ifPresent(lines::add);
        } else {
            occurrences.forEach(each -> each.line().ifPresent(lines::add));
        }
        String method =
                occurrences.isEmpty() ? "" : "." + writtenIn(occurrences.get(0).method());
        String source = file.sourceFile().orElse("Unknown Source");
        StringBuilder where = new StringBuilder(site.host().className() + method + "(" + source);
        if (!lines.isEmpty() && lines.size() <= MOST_LINES) {
            where.append(':')
                    .append(String.join(
                            " or ", lines.stream().map(String::valueOf).toList()));
        }
        return where.append(body.isPresent() ? ")" : ", " + reference() + ")").toString();
    }

    private String reference() {
        MemberReference member = site.implementation().member();
        String owner = member.owner();
        String simple = owner.substring(owner.lastIndexOf('/') + 1).replace('$', '.');
        return simple + "::" + (member.name().equals("<init>") ? "new" : member.name());
    }

    private Optional<String> nameOf(int captured) {
        Optional<ClassMethod> found = body();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ClassMethod body = found.get();
        if (!body.isStatic() && captured == 0) {
            return Optional.of("this");
        }
        int position = body.isStatic() ? captured : captured - 1;
        int slot = body.isStatic() ? 0 : 1;
        List<String> parameters = Descriptors.parameters(body.descriptor());
        for (String parameter : parameters.subList(0, position)) {
            slot += parameter.equals("J") || parameter.equals("D") ? 2 : 1;
        }
        return body.parameterName(position, slot);
    }

    private Optional<List<String>> fieldsOfThis() {
        Optional<ClassMethod> body = body().filter(method -> !method.isStatic());
        if (body.isEmpty()) {
            return Optional.empty();
        }
        Set<String> fields = new LinkedHashSet<>();
        return usesOnlyFields(body.get(), fields, 0) ? Optional.of(List.copyOf(fields)) : Optional.empty();
    }

    private boolean usesOnlyFields(ClassMethod body, Set<String> fields, int depth) {
        FieldsOfThis use = new FieldsOfThis(fields, depth);
        body.instructions(use);
        return use.onlyFields;
    }

    /** The method the compiler made of a lambda expression; empty for a method reference. */
    private Optional<ClassMethod> body() {
        return bodyOf(site);
    }

    private Optional<ClassMethod> bodyOf(LambdaSite of) {
        Optional<String> name = of.bodyIn(file.name());
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String descriptor = of.implementation().member().descriptor();
        return file.methods().stream()
                .filter(ClassMethod::isSynthetic)
                .filter(method ->
                        method.name().equals(name.get()) && method.descriptor().equals(descriptor))
                .findFirst();
    }

    private List<Occurrence> occurrences(LambdaSite wanted) {
        List<Occurrence> found = new ArrayList<>();
        for (ClassMethod method : file.methods()) {
            if (!method.name().equals("$deserializeLambda$")) {
                method.instructions((pc, opcode, operand) -> {
                    if (opcode == Instructions.INVOKEDYNAMIC
                            && HostClass.siteAt(file, operand, wanted.host())
                                    .filter(wanted::equals)
                                    .isPresent()) {
                        found.add(new Occurrence(method, method.line(pc)));
                    }
                });
            }
        }
        return found;
    }

    /** A lambda within a lambda was written in the method that the outer one was written in. */
    private String writtenIn(ClassMethod method) {
        ClassMethod outer = method;
        for (int depth = 0; depth < DEEPEST_NESTING && outer.isSynthetic(); depth++) {
            ClassMethod body = outer;
            Optional<ClassMethod> next = file.methods().stream()
                    .filter(each -> each != body && mentions(each, body))
                    .findFirst();
            if (next.isEmpty()) {
                break;
            }
            outer = next.get();
        }
        return outer.name();
    }

    private boolean mentions(ClassMethod method, ClassMethod body) {
        boolean[] mentioned = new boolean[1];
        method.instructions((pc, opcode, operand) -> {
            if (opcode == Instructions.INVOKEDYNAMIC) {
                HostClass.siteAt(file, operand, site.host())
                        .map(each -> each.implementation().member())
                        .filter(member -> member.owner().equals(file.name())
                                && member.name().equals(body.name())
                                && member.descriptor().equals(body.descriptor()))
                        .ifPresent(member -> mentioned[0] = true);
            }
        });
        return mentioned[0];
    }

    private record Occurrence(ClassMethod method, OptionalInt line) {}

    /** {@code this} must go straight into reading a field, every time, or into a lambda of which the same is true. */
    private final class FieldsOfThis implements Instructions.Visitor {

        private final Set<String> fields;
        private final int depth;
        private boolean onlyFields = true;
        /** How many values were loaded since {@code this} and with it; 0 if it is not on the stack. */
        private int loaded;

        FieldsOfThis(Set<String> fields, int depth) {
            this.fields = fields;
            this.depth = depth;
        }

        @Override
        public void instruction(int pc, int opcode, int operand) {
            boolean loadsThis = opcode == Instructions.ALOAD_0 || (opcode == Instructions.ALOAD && operand == 0);
            if (loaded > 0 && !loadsThis && Instructions.loads(opcode)) {
                loaded++;
                return;
            }
            if (loaded == 1 && opcode == Instructions.GETFIELD) {
                fields.add(file.constants().member(operand).name());
            } else if (loaded > 0) {
                onlyFields &= opcode == Instructions.INVOKEDYNAMIC && goesIntoSuchALambda(operand);
            }
            onlyFields &= opcode != Instructions.ASTORE_0 && !(opcode == Instructions.ASTORE && operand == 0);
            loaded = loadsThis ? 1 : 0;
        }

        private boolean goesIntoSuchALambda(int callSite) {
            Optional<LambdaSite> inner = HostClass.siteAt(file, callSite, site.host());
            return depth < DEEPEST_NESTING
                    && inner.filter(it -> it.captureKinds().length() == loaded)
                            .flatMap(LambdaSource.this::bodyOf)
                            .filter(body -> !body.isStatic() && usesOnlyFields(body, fields, depth + 1))
                            .isPresent();
        }
    }
}
