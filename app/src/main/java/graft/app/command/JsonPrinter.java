package graft.app.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.engine.RunEvent;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** A run for another program: every event as one line of JSON, its kind in {@code event}. */
final class JsonPrinter implements Consumer<RunEvent> {

    private static final Gson GSON = new GsonBuilder()
            .serializeSpecialFloatingPointValues()
            .disableHtmlEscaping()
            .create();

    private final PrintWriter out;

    JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void accept(RunEvent event) {
        if (event instanceof RunEvent.NodePreview) {
            return; // a picture is no line of text
        }
        out.println(GSON.toJson(json(event)));
        out.flush();
    }

    private static JsonObject json(RunEvent event) {
        String name = event.getClass().getSimpleName();
        JsonObject line = new JsonObject();
        line.addProperty("event", name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1));
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            try {
                line.add(component.getName(), json(component.getAccessor().invoke(event)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
        return line;
    }

    private static JsonElement json(Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Path || value instanceof Throwable) {
            return new JsonPrimitive(
                    value instanceof Throwable failure ? String.valueOf(failure.getMessage()) : value.toString());
        }
        return GSON.toJsonTree(value);
    }
}
