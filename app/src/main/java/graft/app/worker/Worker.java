package graft.app.worker;

import com.google.gson.JsonObject;
import graft.app.engine.EventJson;
import graft.app.engine.RunEvent;
import graft.app.engine.RunResult;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** The worker's side: reads requests, runs workflows, tells of all that happens, until nobody is there to listen. */
public final class Worker {

    private final RunBackend backend;
    private final OutputStream out;
    private final Consumer<RunEvent> watcher;

    /** A worker that answers on a stream, which nothing else may print to; {@code watcher} hears all events too. */
    public Worker(RunBackend backend, OutputStream out, Consumer<RunEvent> watcher) {
        this.backend = backend;
        this.out = out;
        this.watcher = watcher;
    }

    /**
     * Serves until it is told to quit or the stream ends, which it does when the editor dies; then ends the run under way
     * and keeps what it has done.
     */
    public void serve(InputStream requests) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(requests, StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                Optional<JsonObject> request = Message.of(line);
                if (request.isPresent() && !carriedOut(request.get())) {
                    return;
                }
            }
        } finally {
            backend.close();
        }
    }

    private boolean carriedOut(JsonObject request) {
        switch (request.get("request").getAsString()) {
            case "run" -> run(request);
            case "states" -> states(request);
            case "stop" -> backend.stopAndKeep();
            case "cancel" -> backend.cancel();
            case "leave" -> backend.leaveBehind();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void run(JsonObject request) {
        try {
            var unused = backend.start(Message.run(request), this::tell).whenComplete(this::ended);
        } catch (RuntimeException refused) {
            ended(null, refused);
        }
    }

    private void states(JsonObject request) {
        long turn = request.get("turn").getAsLong();
        Workflow workflow = Workflow.parse(request.get("workflow").getAsString(), "that was sent");
        var unused = backend.states(workflow, request.get("device").getAsString())
                .exceptionally(failure -> Map.of())
                .thenAccept(states -> write(Message.line(Message.states(turn, states))));
    }

    private void tell(RunEvent event) {
        watcher.accept(event);
        write(Message.line(EventJson.line(event)));
    }

    private void ended(RunResult result, Throwable failure) {
        write(Message.line(failure == null ? Message.ended(result) : refused(failure)));
    }

    private static JsonObject refused(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        Problem problem = cause instanceof Problem known
                ? known
                : new Problem(
                        "the run broke off",
                        "this is a fault of Graft (" + cause + ")",
                        "report it with what is folded beneath");
        return Message.refused(problem, EventJson.trace(cause));
    }

    /** Nobody to listen is no reason to break a run that keeps what it does. */
    private synchronized void write(String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException gone) {
            backend.stopAndKeep();
        }
    }
}
