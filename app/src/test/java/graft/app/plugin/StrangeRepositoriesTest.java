package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import graft.app.plugin.InstallPlan.Question;
import graft.app.plugin.PluginStore.Wanted;
import graft.node.PlainText;
import graft.node.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Lists and servers of strangers: one bad line spoils itself, and nobody is led to a place that the user did not name. */
class StrangeRepositoriesTest {

    @TempDir
    Path work;

    private PluginStore store;
    private HttpServer server;
    private ExecutorService hands;

    @BeforeEach
    void openStoreAndServer() throws IOException {
        store = new PluginStore(
                Files.createDirectories(work.resolve("plugins")),
                "0.1.0",
                Files.createDirectories(work.resolve("incoming")));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hands = Executors.newCachedThreadPool();
        server.setExecutor(hands);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        hands.shutdownNow();
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void serve(String path, byte[] bytes) {
        server.createContext(path, exchange -> answer(exchange, bytes));
    }

    private static void answer(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only copied
    private static Map<String, Object> offer(String id, Map<String, String>... releases) {
        Map<String, Object> offer = new LinkedHashMap<>();
        offer.put("id", id);
        offer.put("description", "Of " + id);
        offer.put("releases", List.of(releases));
        return offer;
    }

    private static Map<String, String> release(String version, String url) {
        return Map.of("version", version, "url", url, "sha512sum", "0".repeat(128));
    }

    private Path shop(String name, List<Map<String, Object>> offers) throws IOException {
        Path shop = Files.createDirectories(work.resolve(name));
        Files.writeString(shop.resolve("plugins.json"), new Gson().toJson(offers));
        return shop;
    }

    // --- lists

    @Test
    void whatIsNotAsItMustBeIsLeftOutByNameAndTheRestStands() throws Exception {
        Path shop = shop(
                "shop",
                List.of(
                        offer("good", release("1.0.0", "good.jar"), release("1.0.0-99999999999", "odd.jar")),
                        offer("../../target/landed", release("1.0.0", "x.jar")),
                        offer(
                                "deep",
                                Map.of(
                                        "version",
                                        "1.0.0",
                                        "url",
                                        "d.jar",
                                        "requires",
                                        "(".repeat(5000) + "1.0.0" + ")".repeat(5000))),
                        offer("away", release("1.0.0", "https://example.org/away.jar")),
                        offer("up", release("1.0.0", "../up.jar")),
                        Map.of("id", Map.of("not", "a text"))));
        store.addRepository(shop.toString());

        PluginCatalogue catalogue = store.ask();
        assertThat(catalogue.offers())
                .extracting(PluginRepository.Offer::id)
                .containsExactly("good", "deep", "away", "up");
        assertThat(catalogue.plugin("good").orElseThrow().releases())
                .extracting(PluginRepository.Release::version)
                .containsExactly("1.0.0");
        assertThat(catalogue.plugin("away").orElseThrow().releases()).isEmpty();
        assertThat(catalogue.plugin("up").orElseThrow().releases()).isEmpty();
        assertThat(catalogue.problems())
                .singleElement()
                .asString()
                .contains(
                        "a release of good, since its version \"1.0.0-99999999999\" is not of the form 1.2.3",
                        "its id \"../../target/landed\" is not of small letters and digits",
                        "a release of deep, since its requires",
                        "a release of away, since its file \"https://example.org/away.jar\" does not lie where the list itself does",
                        "and 1 more")
                .hasSizeLessThan(2000);
        assertThat(catalogue.search(List.of("good"))).hasSize(1);
    }

    @Test
    void aListOfSixtyThousandIsSearchedAtOnce() throws Exception {
        List<Map<String, Object>> offers = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            offers.add(offer("plugin-" + i, release("1.0.0", "p.jar")));
        }
        PluginRepository repository = PluginRepository.parse(work.toString(), new Gson().toJson(offers));
        PluginCatalogue catalogue = new PluginCatalogue(List.of(repository, repository), List.of());
        assertThat(catalogue.search(List.of("plugin", "59999"))).hasSize(1);
        assertThat(catalogue.offers()).hasSize(60_000);
    }

    @Test
    void releasesThatDifferInTheirBuildAreOrderedAndTooManyAreLeftOut() throws Exception {
        List<Map<String, String>> builds = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            builds.add(release("1.0.0+" + (char) ('a' + i * 7 % 26) + i, "p.jar"));
        }
        Map<String, Object> many = offer("many");
        many.put("releases", builds);
        PluginRepository repository = PluginRepository.parse(work.toString(), new Gson().toJson(List.of(many)));
        assertThat(repository.offers().get(0).releases()).hasSize(1000);
        assertThat(repository.leftOut()).containsExactly("the releases of many beyond the first 1000");
    }

    @Test
    void aPluginWithoutAReleaseThatCanBeTakenIsItsKeepersFault() throws Exception {
        Map<String, Object> odd = offer("odd");
        odd.put("releases", Map.of("1.0.0", "odd.jar"));
        Path shop = shop("empty", List.of(odd));
        store.addRepository(shop.toString());
        assertThat(store.ask().problems())
                .singleElement()
                .asString()
                .contains("what is left out here: the releases of odd, since they are no list");
        assertThatThrownBy(() -> store.plan(List.of(Wanted.parse("odd")), store.ask()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(
                        shop + " offers no version of it that can be taken; tell the repository's keeper");
    }

    /** What a list says is repeated in a plain line, whatever Java says of it. */
    @Test
    void whatIsRepeatedOfAListSteersNoTerminal() {
        String long1 = "a b".repeat(100_000);
        Map<String, Object> worse = offer("worse");
        worse.put("name", "\u001b]0;mine\u0007Colours\u202e\u2028x");
        worse.put("offers", List.of(Map.of("kind", "sampler", "name", "\u001b[2J" + long1)));
        worse.put(
                "releases",
                List.of(
                        release("1.0.0", "\u001b[2J\r\n x"),
                        release("1.0.0", long1),
                        release("1.0.0\u001b[2J", "x.jar"),
                        Map.of("version", "1.0.0", "url", "x.jar", "requires", "\u202e>=1.0.0")));
        PluginRepository repository = PluginRepository.parse(work.toString(), new Gson().toJson(List.of(worse)));
        assertThat(repository.offers().get(0).name()).isEqualTo("]0;mine Colours  x");
        assertThat(repository.offers().get(0).offered()).allMatch(each -> PlainText.isPlain(each.name(), 201));
        assertThat(repository.leftOut()).hasSize(4);
        assertThat(repository.complaint().orElseThrow())
                .contains("is no address", "is not of the form 1.2.3", "is no range of versions")
                .matches(complaint -> PlainText.isPlain(complaint, 2000));
    }

    /** Whoever opens a pipe waits for somebody to write to it. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aListThatIsAPipeOrAFolderIsNotOpened() throws Exception {
        Path shop = Files.createDirectories(work.resolve("piped"));
        assertThat(new ProcessBuilder("mkfifo", shop.resolve("plugins.json").toString())
                        .start()
                        .waitFor())
                .isZero();
        Path empty = Files.createDirectories(work.resolve("folder"));
        Files.createDirectories(empty.resolve("plugins.json"));
        for (Path place : List.of(shop, empty)) {
            assertThatThrownBy(() -> store.addRepository(place.toString()))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("plugins.json there is no file");
        }
    }

    @Test
    void aListThatNestsWithoutEndIsRefusedInASentence() throws Exception {
        Path shop = Files.createDirectories(work.resolve("deep"));
        Files.writeString(shop.resolve("plugins.json"), "[".repeat(200_000));
        assertThatThrownBy(() -> store.addRepository(shop.toString()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("is not of the form of a list of plugins");
    }

    // --- servers

    @Test
    void noAddressLeadsToAFileOrToAnotherServer() throws Exception {
        for (String url : List.of(
                "file:///etc/passwd", "http://127.0.0.1:1/x.jar", "http://localhost/x.jar", "//10.0.0.1/x.jar")) {
            PluginRepository repository = PluginRepository.parse(
                    "https://example.org/plugins", new Gson().toJson(List.of(offer("colours", release("1.0.0", url)))));
            assertThat(repository.offers().get(0).releases()).isEmpty();
            assertThat(repository.leftOut())
                    .singleElement()
                    .asString()
                    .contains("does not lie where the list itself does");
        }
    }

    @Test
    void aRedirectStaysOnTheServer() throws Exception {
        server.createContext("/moved/plugins.json", exchange -> redirect(exchange, "/new/plugins.json"));
        serve("/new/plugins.json", "[]".getBytes(StandardCharsets.UTF_8));
        store.addRepository(address() + "/moved");

        for (String elsewhere :
                List.of("http://localhost:1/x", "file:///etc/passwd", "https://example.org/plugins.json")) {
            String path = "/away" + elsewhere.length();
            server.createContext(path + "/plugins.json", exchange -> redirect(exchange, elsewhere));
            assertThatThrownBy(() -> store.addRepository(address() + path))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("the server sends on to another place, \"" + elsewhere + "\"");
        }
        server.createContext("/circle/plugins.json", exchange -> redirect(exchange, "/circle/plugins.json"));
        assertThatThrownBy(() -> store.addRepository(address() + "/circle")).hasMessageContaining("sends on and on");
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    @Test
    void aServerThatDripsIsLeftWhenItsTimeIsOver() throws Exception {
        server.createContext("/drip/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(' ');
                    out.flush();
                    Thread.sleep(20);
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });
        RepositoryPlace place = RepositoryPlace.of(address() + "/drip");
        RepositoryPlace.Limits second = new RepositoryPlace.Limits(1 << 20, Duration.ofSeconds(1));
        assertThatThrownBy(() ->
                        place.read(URI.create(address() + "/drip/plugins.json"), second, new ByteArrayOutputStream()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the server took longer than 1 s");
    }

    @Test
    void whatIsLargerThanItMayBeIsNotReadToItsEnd() throws Exception {
        serve("/large", new byte[3 << 20]);
        RepositoryPlace.Limits small = new RepositoryPlace.Limits(1 << 20, Duration.ofMinutes(1));
        assertThatThrownBy(() -> RepositoryPlace.of(address())
                        .read(URI.create(address() + "/large"), small, new ByteArrayOutputStream()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("what it sends is larger than 1 MiB");
    }

    // --- trust by source

    private Map<String, Object> packed(Path shop, TestPlugin plugin, String id, String version) throws IOException {
        Path archive = plugin.build(shop.resolve(id + "-" + version + ".jar"));
        return offer(
                id,
                Map.of("version", version, "url", archive.getFileName().toString(), "sha512sum", Sha512.of(archive)));
    }

    private static TestPlugin colours(String version) {
        return TestPlugin.of("colours", version).good("stranger/text/colours");
    }

    private void install(String wanted) {
        try (InstallPlan plan = store.plan(List.of(Wanted.parse(wanted)), store.ask())) {
            store.install(plan);
        }
    }

    @Test
    void whatAnotherPlaceOffersIsNeverTakenInPassing() throws Exception {
        Path first = Files.createDirectories(work.resolve("first"));
        Path second = Files.createDirectories(work.resolve("second"));
        shop("first", List.of(packed(first, colours("1.0.0"), "colours", "1.0.0")));
        shop("second", List.of(packed(second, colours("9.0.0"), "colours", "9.0.0")));
        store.addRepository(first.toString());
        install("colours");
        store.addRepository(second.toString());
        store.removeRepository(first.toString());

        PluginCatalogue catalogue = store.ask();
        assertThat(store.update(store.installed("colours").orElseThrow(), catalogue))
                .isEmpty();
        try (InstallPlan all = store.planUpdates(List.of(), catalogue)) {
            assertThat(all.steps()).isEmpty();
        }
        try (InstallPlan named = store.planUpdates(List.of("colours"), catalogue)) {
            assertThat(named.questions()).extracting(Question::kind).containsExactly(Question.Kind.SOURCE);
            assertThat(named.questions().get(0).sentence())
                    .isEqualTo("colours 9.0.0 comes from " + second + ", and colours 1.0.0, which is installed, from "
                            + first);
        }
    }

    @Test
    void anotherProviderAndALowerVersionAreAskedAbout() throws Exception {
        Path first = Files.createDirectories(work.resolve("first"));
        Map<String, Object> two = packed(first, colours("2.0.0"), "colours", "2.0.0");
        shop("first", List.of(two));
        store.addRepository(first.toString());
        install("colours");
        shop("first", List.of(packed(first, colours("1.0.0").with("Plugin-Provider", "Another"), "colours", "1.0.0")));
        try (InstallPlan plan = store.plan(List.of(new Wanted("colours", Optional.of("1.0.0"))), store.ask())) {
            assertThat(plan.questions())
                    .extracting(Question::sentence)
                    .containsExactly(
                            "colours 1.0.0 is by Another, and colours 2.0.0, which is installed, by Somebody",
                            "colours 1.0.0 is older than colours 2.0.0, which is installed (it is asked for)");
        }
    }

    @Test
    void aDependencyThatIsPulledDownIsAskedAbout() throws Exception {
        Path first = Files.createDirectories(work.resolve("first"));
        shop("first", List.of(packed(first, colours("2.0.0"), "colours", "2.0.0")));
        store.addRepository(first.toString());
        install("colours");
        TestPlugin needy = TestPlugin.of("needy", "1.0.0")
                .good("stranger/text/needy")
                .with("Plugin-Dependencies", "colours@<2.0.0");
        shop(
                "first",
                List.of(packed(first, colours("1.0.0"), "colours", "1.0.0"), packed(first, needy, "needy", "1.0.0")));
        try (InstallPlan plan = store.plan(List.of(Wanted.parse("needy")), store.ask())) {
            assertThat(plan.questions())
                    .extracting(Question::kind)
                    .containsExactly(Question.Kind.OLDER, Question.Kind.UNSIGNED);
            assertThat(plan.questions().get(0).sentence())
                    .isEqualTo(
                            "colours 1.0.0 is older than colours 2.0.0, which is installed (needy 1.0.0 needs colours <2.0.0)");
        }
    }
}
