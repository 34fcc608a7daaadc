package graft.app.engine;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.reflect.TypeToken;
import graft.node.Problem;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * Events of a run as JSON, one object each: their kind in {@code event}, then their fields by name.
 *
 * <p>A preview is base64 of a PNG when it is small, else of a JPEG. A failure is told in its parts and with its trace, and
 * comes back as a {@link Problem} over a {@link Remote}.
 */
public final class EventJson {

    /** Beyond this many pixels a JPEG takes a tenth of a PNG's time. */
    private static final int LARGEST_PNG = 256 * 256;

    private static final Gson GSON = new GsonBuilder()
            .serializeSpecialFloatingPointValues()
            .disableHtmlEscaping()
            .create();

    private static final Map<String, Class<?>> KINDS = Arrays.stream(RunEvent.class.getPermittedSubclasses())
            .collect(Collectors.toUnmodifiableMap(EventJson::kind, Function.identity()));

    private static final Type PICTURES = new TypeToken<List<BufferedImage>>() {}.getType();

    private EventJson() {}

    /** A failure in another process: its message and its trace as text. */
    public static final class Remote extends Exception {

        private static final long serialVersionUID = 1;

        private final String trace;

        public Remote(String message, String trace) {
            super(message, null, false, false);
            this.trace = trace;
        }

        @Override
        public void printStackTrace(PrintWriter out) {
            out.println(trace);
        }
    }

    /** The trace of a failure as text. */
    public static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** The event as JSON without line breaks. */
    public static String line(RunEvent event) {
        return GSON.toJson(json(event));
    }

    private static JsonObject json(RunEvent event) {
        JsonObject line = new JsonObject();
        line.addProperty("event", kind(event.getClass()));
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            try {
                line.add(component.getName(), json(component.getAccessor().invoke(event)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
        if (event instanceof RunEvent.NodeFailed failed) {
            if (failed.cause() instanceof Problem problem) {
                line.addProperty("happened", problem.happened());
                line.addProperty("why", problem.why());
                line.addProperty("remedy", problem.remedy());
            }
            line.addProperty("trace", trace(failed.cause()));
        }
        return line;
    }

    private static String kind(Class<?> type) {
        String name = type.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static JsonElement json(Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof Path path) {
            return new JsonPrimitive(path.toString());
        }
        if (value instanceof Throwable failure) {
            Throwable beneath = Optional.ofNullable(failure.getCause()).orElse(failure);
            return new JsonPrimitive(String.valueOf(beneath.getMessage()));
        }
        if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof BufferedImage) {
            JsonArray pictures = new JsonArray();
            list.forEach(each -> pictures.add(encoded((BufferedImage) each)));
            return pictures;
        }
        return GSON.toJsonTree(value);
    }

    /**
     * The event that {@link #line} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static RunEvent parse(JsonObject line) {
        Class<?> type = KINDS.get(line.get("event").getAsString());
        if (type == null) {
            throw new IllegalArgumentException("there is no event " + line.get("event"));
        }
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(line, components[i]);
        }
        try {
            return (RunEvent) type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("not an event: " + line, e);
        }
    }

    private static Object value(JsonObject line, RecordComponent component) {
        JsonElement json = line.get(component.getName());
        if (component.getType() == Path.class) {
            return Path.of(json.getAsString());
        }
        if (component.getType() == Throwable.class) {
            Remote beneath = new Remote(json.getAsString(), line.get("trace").getAsString());
            return line.has("remedy") ? problem(line).causedBy(beneath) : beneath;
        }
        if (component.getGenericType().equals(PICTURES)) {
            return json.getAsJsonArray().asList().stream()
                    .map(each -> decoded(each.getAsString()))
                    .toList();
        }
        return GSON.fromJson(json, component.getGenericType());
    }

    private static Problem problem(JsonObject line) {
        Problem problem = new Problem(
                line.get("happened").getAsString(),
                line.get("why").getAsString(),
                line.get("remedy").getAsString());
        String socket = line.get("socket").getAsString();
        return socket.isEmpty() ? problem : problem.at(socket);
    }

    private static String encoded(BufferedImage image) {
        boolean small = image.getWidth() * image.getHeight() <= LARGEST_PNG;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(small ? image : opaque(image), small ? "png" : "jpeg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** A picture on white where it lets light through, as JPEG has to be. */
    static BufferedImage opaque(BufferedImage image) {
        if (!image.getColorModel().hasAlpha()) {
            return image;
        }
        BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = copy.createGraphics();
        graphics.drawImage(image, 0, 0, Color.WHITE, null);
        graphics.dispose();
        return copy;
    }

    private static BufferedImage decoded(String base64) {
        try {
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
            if (image == null) {
                throw new IllegalArgumentException("a preview is no picture");
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
