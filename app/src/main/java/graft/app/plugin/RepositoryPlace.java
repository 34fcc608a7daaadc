package graft.app.plugin;

import graft.file.FileFault;
import graft.node.PlainText;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;

/**
 * Where a repository lies, and the one way to its files: a list leads to what lies in its own folder or on its own server, and
 * neither it nor a redirect to anywhere else. Sizes and whole times are bounded.
 *
 * @param address as the user gave it: a folder, or an address that begins with https
 * @param base with a slash at the end
 */
record RepositoryPlace(String address, URI base) {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MOST_REDIRECTS = 5;

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "repository clock");
        thread.setDaemon(true);
        return thread;
    });

    /** What to read at most, in bytes, and how long it may take from the first word to the last. */
    record Limits(long bytes, Duration time) {}

    static RepositoryPlace of(String address) {
        try {
            boolean web = address.regionMatches(true, 0, "https://", 0, 8)
                    || address.regionMatches(true, 0, "http://", 0, 7)
                    || address.startsWith("file:");
            URI uri = web ? new URI(address) : Path.of(address).toAbsolutePath().toUri();
            String text = uri.toString();
            return new RepositoryPlace(address, URI.create(text.endsWith("/") ? text : text + "/"));
        } catch (URISyntaxException | RuntimeException e) {
            throw new Problem(
                            "cannot read the plugin repository " + PlainText.line(address, 200),
                            "it is neither a folder nor an address",
                            "check the address")
                    .causedBy(e);
        }
    }

    /**
     * A file that the list names.
     *
     * @throws IllegalArgumentException with a clause, when it lies elsewhere
     */
    URI own(String url) {
        URI at;
        try {
            at = base.resolve(url).normalize();
        } catch (IllegalArgumentException noAddress) {
            throw new IllegalArgumentException("its file " + ForeignText.quoted(url) + " is no address", noAddress);
        }
        if (!isOwn(at)) {
            throw new IllegalArgumentException(
                    "its file " + ForeignText.quoted(url) + " does not lie where the list itself does");
        }
        return at;
    }

    private boolean isOwn(URI at) {
        if (isFile(base)) {
            return isFile(at)
                    && at.getAuthority() == null
                    && at.getPath() != null
                    && Path.of(at).normalize().startsWith(Path.of(base).normalize());
        }
        return String.valueOf(at.getScheme()).equalsIgnoreCase(base.getScheme())
                && String.valueOf(at.getHost()).equalsIgnoreCase(String.valueOf(base.getHost()))
                && at.getPort() == base.getPort();
    }

    private static boolean isFile(URI uri) {
        return "file".equalsIgnoreCase(uri.getScheme());
    }

    /**
     * Copies a file from there.
     *
     * @throws Problem naming the repository, when it cannot be had or goes beyond the limits
     */
    void read(URI from, Limits limits, OutputStream out) {
        AtomicBoolean late = new AtomicBoolean();
        try {
            long until = System.nanoTime() + limits.time().toNanos();
            InputStream in = open(from, limits.time());
            // A server that sends a byte now and then would never be late.
            ScheduledFuture<?> clock = CLOCK.schedule(
                    () -> {
                        late.set(true);
                        in.close();
                        return null;
                    },
                    until - System.nanoTime(),
                    TimeUnit.NANOSECONDS);
            try (in) {
                copy(in, out, limits.bytes());
            } finally {
                clock.cancel(false);
            }
            if (late.get()) { // what was closed by the clock may look as if it had ended
                throw new FileFault.Told(tooLong(limits));
            }
        } catch (NoSuchFileException e) {
            throw unreadable("there is no " + Path.of(from).getFileName()).causedBy(e);
        } catch (IOException e) {
            throw unreadable(late.get() ? tooLong(limits) : reason(e, limits)).causedBy(e);
        }
    }

    private static void copy(InputStream in, OutputStream out, long most) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long all = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            all += read;
            if (all > most) {
                throw new FileFault.Told("what it sends is larger than " + (most >> 20) + " MiB");
            }
            out.write(buffer, 0, read);
        }
    }

    private InputStream open(URI from, Duration most) throws IOException {
        if (isFile(from)) {
            if (Files.exists(Path.of(from)) && !Files.isRegularFile(Path.of(from))) {
                // A pipe would keep whoever opens it.
                throw new FileFault.Told(Path.of(from).getFileName() + " there is no file");
            }
            return Files.newInputStream(Path.of(from));
        }
        String scheme = String.valueOf(from.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https")
                && !(scheme.equals("http") && THIS_MACHINE.contains(String.valueOf(from.getHost())))) {
            throw new FileFault.Told(from + " is not a file and does not begin with https");
        }
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        URI at = from;
        for (int asked = 0; asked <= MOST_REDIRECTS; asked++) {
            HttpResponse<InputStream> response = answer(client, at, most);
            if (response.statusCode() == 200) {
                return response.body();
            }
            response.body().close();
            String elsewhere = response.headers().firstValue("location").orElse("");
            if (response.statusCode() / 100 != 3 || elsewhere.isEmpty()) {
                throw new FileFault.Told("the server answers " + response.statusCode() + " to " + at);
            }
            at = redirected(at, elsewhere);
        }
        throw new FileFault.Told("the server sends on and on, from " + from);
    }

    private URI redirected(URI at, String elsewhere) throws IOException {
        try {
            URI next = at.resolve(elsewhere);
            if (isOwn(next)) {
                return next;
            }
        } catch (IllegalArgumentException noAddress) {
            // Told of below, as any that is not its own.
        }
        throw new FileFault.Told("the server sends on to another place, " + ForeignText.quoted(elsewhere));
    }

    private static HttpResponse<InputStream> answer(HttpClient client, URI at, Duration most) throws IOException {
        try {
            return client.send(
                    HttpRequest.newBuilder(at).timeout(most).build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("it was stopped");
        }
    }

    private static String tooLong(Limits limits) {
        return "the server took longer than " + limits.time().toSeconds() + " s";
    }

    private static String reason(IOException e, Limits limits) {
        if (e instanceof UnknownHostException) {
            return "no server of that name is known here";
        }
        if (e instanceof HttpTimeoutException) {
            return tooLong(limits);
        }
        if (e instanceof SSLException) {
            return "the server cannot show that it is the one of that name";
        }
        if (e instanceof ConnectException) {
            return "the server cannot be reached";
        }
        return e instanceof InterruptedIOException ? "it was stopped" : FileFault.why(e);
    }

    Problem unreadable(String why) {
        return new Problem(
                "cannot read the plugin repository " + PlainText.line(address, 200),
                why,
                "check the address and your connection");
    }
}
