package graft.app.command;

import graft.app.engine.EventJson;
import graft.app.engine.RunEvent;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** A run for another program: every event but the previews as one line of JSON, its kind in {@code event}. */
final class JsonPrinter implements Consumer<RunEvent> {

    private final PrintWriter out;

    JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void accept(RunEvent event) {
        if (event instanceof RunEvent.NodePreview) {
            return; // a picture is no line of text
        }
        out.println(EventJson.line(event));
        out.flush();
    }
}
