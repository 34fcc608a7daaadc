package graft.app.engine;

import graft.app.engine.Plan.Step;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.ToldFailure;
import graft.file.Sha256;
import graft.node.Node;
import graft.node.SettingSchema;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

/** Asks nodes what their results depend on besides settings, inputs and files, each once for the same settings. */
final class OwnFingerprints {

    private static final long SECONDS = 10;

    private final NodeLibrary library;
    private final BiConsumer<Step, Throwable> failed;
    private final Map<List<Object>, String> known = new HashMap<>();

    /** @param failed told of a node that could not say it, and so runs anew */
    OwnFingerprints(NodeLibrary library, BiConsumer<Step, Throwable> failed) {
        this.library = library;
        this.failed = failed;
    }

    /** A digest of what a node says; empty of one that has nothing to say. */
    String of(Step step, Map<SettingSchema, Object> settings) {
        return step.schema().hasFingerprint()
                ? known.computeIfAbsent(List.of(step.node(), Map.copyOf(saved(settings))), key -> ask(step, settings))
                : "";
    }

    private static Map<String, String> saved(Map<SettingSchema, Object> settings) {
        Map<String, String> saved = new HashMap<>();
        settings.forEach((setting, value) ->
                saved.put(setting.id(), setting.toJson(value).toString()));
        return saved;
    }

    private String ask(Step step, Map<SettingSchema, Object> settings) {
        try {
            String said = inTime(library, step, "fingerprint", () -> {
                Node node = step.schema().create();
                NodeFields.settings(node, settings);
                return node.fingerprint();
            });
            if (said == null) {
                throw new IllegalStateException("its fingerprint() gave null");
            }
            return Sha256.of(said.getBytes(StandardCharsets.UTF_8));
        } catch (Throwable fault) {
            failed.accept(step, ToldFailure.of(fault));
            return UUID.randomUUID().toString();
        }
    }

    /** What a node answers beside its work; a stranger's may take ten seconds. */
    static <T> T inTime(NodeLibrary library, Step step, String what, Callable<T> question) throws Exception {
        if (library.strangerOf(step.schema().id()).isEmpty()) {
            return question.call();
        }
        return library.timeLimit()
                .ask(List.of(step.schema(), what), what + " of " + step.node(), SECONDS, question::call);
    }
}
