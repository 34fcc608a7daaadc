package graft.app.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.engine.PluginLock;
import graft.app.engine.Versions;
import graft.app.plugin.InstallPlan;
import graft.app.plugin.InstalledPlugin;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.OfferedExtension;
import graft.app.plugin.Permission;
import graft.app.plugin.Plugin;
import graft.app.plugin.PluginCatalogue;
import graft.app.plugin.PluginInspection;
import graft.app.plugin.PluginManifest;
import graft.app.plugin.PluginRepository;
import graft.app.plugin.PluginStore;
import graft.app.plugin.author.Offering;
import graft.app.plugin.author.PluginProject;
import graft.app.plugin.author.SigningKey;
import graft.app.workflow.Workflow;
import graft.node.PlainText;
import graft.node.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft plugins}: what is installed, and all that can be done with it. */
@Command(
        name = "plugins",
        description = {
            "Lists, finds, installs and makes plugins.",
            "",
            "An archive is looked at before anything in it runs. What is new to you, a signer or a permission, is"
                    + " asked; `--yes` answers with yes. A running editor takes every change up by itself.",
            "",
            "A plugin runs inside Graft with all rights of yours: install those of people whom you trust, and others "
                    + "with `--sandbox`."
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:refused or wrong input: nothing changed"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft plugins repository --add https://example.org/graft-plugins",
            "  graft plugins search colour",
            "  graft plugins install my-colours",
            "  graft plugins new my-colours"
        })
final class PluginsCommand implements Runnable {

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** What a search prints for people: nobody reads more. */
    private static final int MOST_FOUND = 200;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void say(String sentence) {
        out().println(sentence);
        out().flush();
    }

    private static PluginStore store() {
        return new PluginStore(Home.plugins(), Versions.graft());
    }

    private PluginCatalogue catalogue(PluginStore store) {
        PluginCatalogue catalogue = store.ask();
        catalogue.problems().forEach(problem -> spec.commandLine().getErr().println("graft: " + problem));
        spec.commandLine().getErr().flush();
        return catalogue;
    }

    // --- what there is
    // --------------------------------------------------------------------------------------------------

    /** One line of the list. */
    private record Listed(
            String id,
            String version,
            String state,
            String provider,
            String signer,
            String permissions,
            List<String> nodes,
            List<String> offers) {}

    /** What an archive offers besides nodes; nothing for one that cannot be read, which the library says itself. */
    private static List<OfferedExtension> offered(Path archive) {
        try {
            return PluginInspection.of(archive).offered();
        } catch (Problem unreadable) {
            return List.of();
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "list",
            description = "Lists the plugins that are here, and how they are.")
    int list(@Option(names = "--json", description = "Prints a JSON array, one object a plugin.") boolean json) {
        List<Listed> all = new ArrayList<>();
        Map<String, List<OfferedExtension>> offered = new HashMap<>();
        PluginStore store = store();
        try (NodeLibrary library = NodeLibrary.load(Home.plugins(), Versions.graft())) {
            for (Plugin plugin : library.plugins()) {
                Optional<InstalledPlugin> installed =
                        plugin.bundled() ? Optional.empty() : store.installed(plugin.id());
                boolean own = installed
                        .filter(each -> each.sha512().equals(plugin.sha512()))
                        .isPresent();
                offered.put(plugin.id(), offered(plugin.archive()));
                all.add(new Listed(
                        plugin.id(),
                        plugin.version(),
                        plugin.bundled()
                                ? "comes with Graft"
                                : own ? installed.get().sandboxed() ? "sandboxed" : "installed" : "under development",
                        plugin.provider(),
                        installed
                                .flatMap(InstalledPlugin::signer)
                                .map(Object::toString)
                                .orElse(""),
                        installed
                                .map(each -> Permission.words(each.permissions()))
                                .orElse(""),
                        plugin.nodes(),
                        words(offered.get(plugin.id()))));
            }
            for (InstalledPlugin plugin : store.installed()) {
                if (all.stream().noneMatch(each -> each.id().equals(plugin.id()))) {
                    String state = plugin.enabled() ? "did not load" : "disabled";
                    offered.put(plugin.id(), offered(store.archive(plugin)));
                    all.add(new Listed(
                            plugin.id(),
                            plugin.version(),
                            state,
                            "",
                            plugin.signer().map(Object::toString).orElse(""),
                            Permission.words(plugin.permissions()),
                            plugin.nodes(),
                            words(offered.get(plugin.id()))));
                }
            }
            if (json) {
                say(GSON.toJson(all));
            } else {
                for (Listed plugin : all) {
                    out().printf(
                                    "%-26s %-10s %-18s %s%n",
                                    plugin.id(),
                                    plugin.version(),
                                    plugin.state(),
                                    OfferedExtension.counts(plugin.nodes().size(), offered.get(plugin.id())));
                }
                out().flush();
            }
            library.failures().forEach(failure -> spec.commandLine()
                    .getErr()
                    .println("graft: the plugin " + failure.plugin() + ": " + failure.reason() + "."));
            spec.commandLine().getErr().flush();
        }
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "search",
            description = "Asks the repositories for plugins in which all of the words occur.")
    int search(
            @Parameters(arity = "0..*", paramLabel = "WORD", description = "All plugins when left out.")
                    List<String> words,
            @Option(names = "--json", description = "Prints a JSON array, one object a plugin.") boolean json) {
        PluginStore store = store();
        if (store.repositories().isEmpty()) {
            throw new Problem(
                    "cannot search",
                    "no repository was added",
                    "add one with `graft plugins repository --add ADDRESS`");
        }
        List<PluginRepository.Offer> found = catalogue(store).search(words == null ? List.of() : words);
        Map<String, String> installed = new HashMap<>();
        store.installed().forEach(plugin -> installed.put(plugin.id(), plugin.version()));
        if (json) {
            JsonArray all = new JsonArray();
            found.forEach(offer -> all.add(json(offer, Optional.ofNullable(installed.get(offer.id())))));
            say(GSON.toJson(all));
            return ExitCode.DONE;
        }
        for (PluginRepository.Offer offer : found.subList(0, Math.min(MOST_FOUND, found.size()))) {
            String version = offer.newest(Versions.graft())
                    .map(PluginRepository.Release::version)
                    .orElse("none for this Graft");
            String here = Optional.ofNullable(installed.get(offer.id()))
                    .map(one -> " (" + one + " is installed)")
                    .orElse("");
            out().println(offer.id() + "  " + version + here + "  by " + offer.provider());
            out().println("    " + offer.description());
            out().println("    offers: " + OfferedExtension.names(offer.nodes(), offer.offered()));
            if (!offer.permissions().isEmpty() && !offer.permissions().equals("none")) {
                out().println("    permissions: " + offer.permissions());
            }
        }
        if (found.size() > MOST_FOUND) {
            out().println("and " + (found.size() - MOST_FOUND) + " more: give words that fit fewer of them.");
        }
        out().flush();
        return ExitCode.DONE;
    }

    private static List<String> words(List<OfferedExtension> offered) {
        return offered.stream().map(OfferedExtension::toString).toList();
    }

    private static JsonObject json(PluginRepository.Offer offer, Optional<String> installed) {
        JsonObject object = new JsonObject();
        object.addProperty("id", offer.id());
        object.addProperty("name", offer.name());
        object.addProperty("description", offer.description());
        object.addProperty("provider", offer.provider());
        object.addProperty("license", offer.license());
        object.addProperty("permissions", offer.permissions());
        object.addProperty("repository", offer.repository());
        object.add("nodes", GSON.toJsonTree(offer.nodes()));
        object.add("offers", GSON.toJsonTree(words(offer.offered())));
        object.add(
                "versions",
                GSON.toJsonTree(offer.releases().stream()
                        .map(PluginRepository.Release::version)
                        .toList()));
        offer.newest(Versions.graft()).ifPresent(release -> object.addProperty("newest", release.version()));
        installed.ifPresent(version -> object.addProperty("installed", version));
        return object;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "repository",
            description = "Lists the repositories that plugins are looked for in; adds or removes one.")
    int repository(
            @Option(
                            names = "--add",
                            paramLabel = "ADDRESS",
                            description = "A folder, or an address that begins with https.")
                    String add,
            @Option(names = "--remove", paramLabel = "ADDRESS", description = "As it was added.") String remove) {
        PluginStore store = store();
        if (add != null) {
            store.addRepository(add);
        }
        if (remove != null) {
            store.removeRepository(remove);
        }
        store.repositories().forEach(this::say);
        return ExitCode.DONE;
    }

    // --- changes
    // ------------------------------------------------------------------------------------------------------

    @Command(
            mixinStandardHelpOptions = true,
            name = "install",
            description = {
                "Installs plugins from repositories (NAME or NAME@VERSION) or archives (FILE.jar), with what they"
                        + " need.",
                "",
                "An archive has to be signed, or its SHA-512 be given by --sha512 or in a file FILE.jar.sha512 beside"
                        + " it."
            })
    int install(
            @Parameters(arity = "1..*", paramLabel = "PLUGIN") List<String> wanted,
            @Option(
                            names = "--sha512",
                            paramLabel = "HEX",
                            description = "What the provider of the archive says it is.")
                    String sha512,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Answers every question with yes.")
                    boolean yes,
            @Option(
                            names = "--sandbox",
                            description =
                                    "Lets what is new run in the system's sandbox only; see `graft plugins sandbox`.")
                    boolean sandbox) {
        PluginStore store = store();
        List<PluginStore.Wanted> named = new ArrayList<>();
        for (String each : wanted) {
            if (PluginRepository.isAddress(each)) {
                throw new Problem(
                        "cannot install " + PlainText.line(each, 300),
                        "a plugin is installed by its name, or from an archive on this machine, and not by an address",
                        "download the archive, or add its repository with `graft plugins repository --add ADDRESS` and install it by name");
            }
            // A file of another ending is no name in a repository either: what is wrong with it is told of the file.
            boolean isFolder = Files.isDirectory(Path.of(each));
            if (each.endsWith(".jar") || Files.isRegularFile(Path.of(each)) || (isFolder && !isName(each))) {
                Path archive = Path.of(each);
                try (InstallPlan plan = store.planFile(
                        archive, Optional.ofNullable(sha512).or(() -> PluginStore.promised(archive)), store.known())) {
                    carryOut(plan, store, yes, sandbox);
                }
            } else {
                named.add(PluginStore.Wanted.parse(each));
            }
        }
        if (!named.isEmpty()) {
            PluginCatalogue catalogue = catalogue(store);
            for (PluginStore.Wanted each : named) {
                // A project's folder has its plugin's name.
                if (catalogue.plugin(each.id()).isEmpty() && Files.isDirectory(Path.of(each.id()))) {
                    throw PluginInspection.noArchive(Path.of(each.id()), "it is a folder, and no repository offers it");
                }
            }
            try (InstallPlan plan = store.plan(named, catalogue)) {
                carryOut(plan, store, yes, sandbox);
            }
        }
        return ExitCode.DONE;
    }

    private static boolean isName(String word) {
        return word.matches("[A-Za-z0-9-]+");
    }

    private void carryOut(InstallPlan plan, PluginStore store, boolean yes, boolean sandbox) {
        if (plan.steps().isEmpty()) {
            say("Nothing to do: everything is as new as it can be.");
            return;
        }
        for (InstallPlan.Step step : plan.steps()) {
            PluginManifest manifest = step.archive().manifest();
            out().println(manifest.name()
                    + step.replaces().map(old -> " in place of " + old).orElse("") + ", by " + manifest.provider()
                    + ", "
                    + manifest.license() + ": " + step.why() + ".");
        }
        out().flush();
        ask(plan.questions(), yes);
        store.install(plan, sandbox);
        for (InstallPlan.Step step : plan.steps()) {
            PluginInspection archive = step.archive();
            say("Installed " + archive.manifest().name() + ", with "
                    + OfferedExtension.names(archive.nodes(), archive.offered()) + ".");
            sayLeftOut(store.leftOut(archive.manifest().id()));
        }
    }

    private void sayLeftOut(List<String> leftOut) {
        if (!leftOut.isEmpty()) {
            say("Not offered while it is in the sandbox: " + String.join(", ", leftOut) + ".");
        }
    }

    /** Asks at a terminal; elsewhere a question that nobody answers is a refusal. */
    private void ask(List<InstallPlan.Question> questions, boolean yes) {
        for (InstallPlan.Question question : questions) {
            if (yes) {
                say("Accepted: " + question.sentence() + ".");
                continue;
            }
            boolean terminal = Terminal.detect().interactive();
            if (!terminal || !accepts(question)) {
                throw new Problem(
                        "nothing was installed",
                        question.sentence()
                                + (terminal ? ", which you did not accept" : ", and nobody is there to be asked"),
                        terminal ? "install it again if you change your mind" : "accept it with --yes, if you do");
            }
        }
    }

    private boolean accepts(InstallPlan.Question question) {
        out().print(question.sentence() + ". Accept? [y/N] ");
        out().flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "update",
            description = "Updates the named plugins, or all, to the newest version in the repositories.")
    int update(
            @Parameters(arity = "0..*", paramLabel = "PLUGIN") List<String> ids,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Answers every question with yes.")
                    boolean yes) {
        PluginStore store = store();
        try (InstallPlan plan = store.planUpdates(ids == null ? List.of() : ids, catalogue(store))) {
            carryOut(plan, store, yes, false);
        }
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "rollback",
            description = "Goes back to the version that was there before the last update.")
    int rollback(@Parameters(paramLabel = "PLUGIN") String id) {
        say(store().rollBack(id).name() + " is back.");
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "disable",
            description = "Loads a plugin no more; it stays installed.")
    int disable(@Parameters(paramLabel = "PLUGIN") String id) {
        store().setEnabled(id, false);
        say(id + " is disabled; its nodes stay in workflows as placeholders.");
        return ExitCode.DONE;
    }

    @Command(mixinStandardHelpOptions = true, name = "enable", description = "Loads a disabled plugin again.")
    int enable(@Parameters(paramLabel = "PLUGIN") String id) {
        store().setEnabled(id, true);
        say(id + " is enabled.");
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "sandbox",
            description = {
                "Lets a plugin run in the system's sandbox only: without network and other programs, and with no files"
                        + " but those that a workflow names.",
                "",
                "None of its code runs anywhere else. Needs Linux and bubblewrap; `graft doctor` says whether it works."
            })
    int sandbox(@Parameters(paramLabel = "PLUGIN") String id) {
        List<String> leftOut = store().setSandboxed(id, true);
        say(id + " runs in the sandbox only; trust it again with `graft plugins trust " + id + "`.");
        sayLeftOut(leftOut);
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "trust",
            description = "Lets a plugin run inside Graft again, with all rights of yours.")
    int trust(@Parameters(paramLabel = "PLUGIN") String id) {
        store().setSandboxed(id, false);
        say(id + " runs inside Graft, with all rights of yours.");
        return ExitCode.DONE;
    }

    @Command(mixinStandardHelpOptions = true, name = "remove", description = "Removes a plugin and its archives.")
    int remove(@Parameters(paramLabel = "PLUGIN") String id) {
        store().remove(id);
        say(id + " is removed.");
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "lock",
            description =
                    "Writes beside a workflow which plugins it is made with, by version and checksum; `run` and `check`"
                            + " say when others are here.")
    int lock(@Parameters(paramLabel = "FILE", description = "The workflow, a JSON file.") Path file) {
        PluginLock lock = PluginLock.of(
                Workflow.read(file), Home.library(spec.commandLine().getErr()));
        lock.write(PluginLock.beside(file));
        say(PluginLock.beside(file) + " pins "
                + (lock.plugins().isEmpty()
                        ? "no plugin."
                        : String.join(
                                        ", ",
                                        lock.plugins().stream()
                                                .map(plugin -> plugin.id() + " " + plugin.version())
                                                .toList())
                                + "."));
        return ExitCode.DONE;
    }

    // --- making plugins
    // -----------------------------------------------------------------------------------------------

    @Command(
            mixinStandardHelpOptions = true,
            name = "verify",
            description = "Looks at an archive as an installation would, and runs nothing of it.")
    int verify(@Parameters(paramLabel = "FILE") Path file) {
        PluginInspection found = PluginInspection.of(file);
        found.checkComplete();
        found.checkWorksWith(Versions.graft());
        print(found);
        return ExitCode.DONE;
    }

    private void print(PluginInspection found) {
        PluginManifest manifest = found.manifest();
        out().println("plugin       " + manifest.name());
        if (!manifest.description().isEmpty()) {
            out().println("for people   " + manifest.description());
        }
        out().println("provider     " + manifest.provider());
        out().println("licence      " + manifest.license());
        out().println("needs Graft  " + manifest.requires());
        if (!manifest.dependencies().isEmpty()) {
            out().println("needs        "
                    + String.join(
                            ", ",
                            manifest.dependencies().stream()
                                    .map(Object::toString)
                                    .toList()));
        }
        out().println("permissions  "
                + manifest.permissions().map(Permission::words).orElse(""));
        out().println("signed by    " + found.signer().map(Object::toString).orElse("nobody"));
        found.doubts().forEach(doubt -> out().println("but          " + doubt));
        if (!found.nodes().isEmpty()) {
            out().println("nodes        " + String.join(", ", found.nodes()));
        }
        OfferedExtension.byKind(found.offered())
                .forEach((kind, names) -> out().printf("%-12s %s%n", kind, String.join(", ", names)));
        out().println("sha512       " + found.sha512());
        out().flush();
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "new",
            description =
                    "Makes a project for a plugin in a new folder: a node, its test, a sample workflow, and what builds them.")
    int create(
            @Parameters(paramLabel = "NAME", description = "The plugin's id, for example my-colours.") String name,
            @Option(
                            names = "--provider",
                            paramLabel = "NAME",
                            description =
                                    "Who makes it, as people read it before they install (default: your user name).")
                    String provider) {
        String by = provider == null ? System.getProperty("user.name", "me") : provider;
        PluginProject project = PluginProject.create(name, by, Path.of(""), Home.folder(), Home.forAuthors());
        say("Made " + project.folder() + ", by " + by + (provider == null ? " (<plugin.provider> in pom.xml)" : "")
                + ". Go there, open the editor, and start with `graft plugins dev`.");
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "pack",
            description = {
                "Builds and tests the project of a plugin, signs and checks the archive, and prints its SHA-512.",
                "",
                "Whoever has a signed plugin gets updates only from the same key: make one with `graft plugins key`, and keep it."
            })
    int pack(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DIR",
                            defaultValue = ".",
                            description = "The project (default: here).")
                    Path folder,
            @Option(
                            names = "--sign",
                            paramLabel = "KEYSTORE[:ALIAS]",
                            description =
                                    "Signs the archive with a key of this file (the only one, when ALIAS is left out).")
                    String sign,
            @Mixin Signing signing,
            @Option(
                            names = "--repository",
                            paramLabel = "DIR",
                            description = "Adds the archive to a repository in this folder, which is made when there is"
                                    + " none.")
                    Path repository,
            @Option(names = "--skip-tests", description = "Does not run the tests.") boolean skipTests) {
        PluginProject project = PluginProject.in(folder, Home.folder(), Home.forAuthors());
        // A password that is wrong is told before minutes of building.
        Optional<SigningKey> key = Optional.ofNullable(sign).map(signing::key);
        PluginInspection built = project.build(!skipTests, store());
        PluginInspection found = key.map(each -> each.sign(built)).orElse(built);
        if (found.nodes().isEmpty() && found.offered().isEmpty()) {
            warn("the archive offers nothing; annotate a class with @NodeType or @Extension, and see that pom.xml names"
                    + " PF4J's annotation processor.");
        }
        say("archive      " + found.archive());
        print(found);
        Offering.checksum(found);
        say("install it   graft plugins install " + found.archive() + ", or in the editor: Help > Plugins");
        if (repository != null) {
            offer(found, repository);
        }
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "offer",
            description =
                    "Adds an archive that is ready to a repository: a folder with plugins.json, for any web server.")
    int offer(
            @Parameters(paramLabel = "FILE", description = "The archive, as `pack` made it.") Path file,
            @Option(
                            names = "--repository",
                            required = true,
                            paramLabel = "DIR",
                            description = "The folder, which is made when there is none.")
                    Path repository) {
        PluginInspection found = PluginInspection.of(file);
        found.checkComplete();
        offer(found, repository);
        return ExitCode.DONE;
    }

    private void offer(PluginInspection found, Path repository) {
        if (found.signer().isEmpty()) {
            warn(
                    "the archive is not signed, so that everybody who installs it is asked whether to take it all the same;"
                            + " sign it with `graft plugins pack --sign`.");
        }
        found.doubts().forEach(this::warn);
        Offering.add(found, repository);
        say("offered in   " + repository.toAbsolutePath().normalize());
    }

    private void warn(String sentence) {
        spec.commandLine().getErr().println("warning: " + sentence);
        spec.commandLine().getErr().flush();
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "key",
            description = {
                "Makes a key store with a key to sign plugins with, and a certificate in your name that the key signs itself.",
                "",
                "Keep the file and its password where nobody else gets at them, and a copy: updates of what you signed need this key."
            })
    int key(
            @Parameters(paramLabel = "FILE", description = "The new file, for example mine.p12.") Path file,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description =
                                    "Who you are, as people read it before they install (default: your user name).")
                    String name,
            @Mixin Signing signing) {
        SigningKey.create(
                file,
                name == null ? System.getProperty("user.name", "me") : name,
                signing.password(
                        "New password of " + file + ", of at least " + SigningKey.LEAST_PASSWORD + " characters",
                        true));
        say("Made " + file + ". Sign with `graft plugins pack --sign " + file + "`.");
        return ExitCode.DONE;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "dev",
            description = {
                "Builds the project of a plugin whenever a file of it changes, and has running editors load it anew.",
                "",
                "Goes on until it is stopped with Ctrl-C; then the plugin is let go of again."
            })
    int develop(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DIR",
                            defaultValue = ".",
                            description = "The project (default: here).")
                    Path folder,
            @Option(names = "--once", description = "Builds it, leaves it loaded, and ends.") boolean once,
            @Option(names = "--stop", description = "Lets go of a plugin that --once left loaded.") boolean stop)
            throws InterruptedException {
        PluginProject project = PluginProject.in(folder, Home.folder(), Home.forAuthors());
        PluginStore store = store();
        if (stop) {
            store.inDevelopment().stream()
                    .filter(archive -> archive.startsWith(project.folder()))
                    .forEach(archive -> store.develop(archive, false));
            return ExitCode.DONE;
        }
        Thread letGo = new Thread(
                () -> store.inDevelopment().stream()
                        .filter(archive -> archive.startsWith(project.folder()))
                        .forEach(archive -> store.develop(archive, false)),
                "graft-dev-end");
        if (!once) {
            Runtime.getRuntime().addShutdownHook(letGo);
        }
        String built = "";
        while (true) {
            String stamp = project.stamp();
            if (!stamp.equals(built)) {
                built = stamp;
                try {
                    long start = System.nanoTime();
                    PluginInspection found = project.build(false, store);
                    store.develop(found.archive(), true);
                    say(String.format(
                            Locale.ROOT,
                            "%s built in %.1f s: %s",
                            found.manifest().name(),
                            (System.nanoTime() - start) / 1e9,
                            OfferedExtension.names(found.nodes(), found.offered())));
                } catch (Problem failed) {
                    if (once) {
                        throw failed;
                    }
                    say(failed.getMessage());
                }
            }
            if (once) {
                return ExitCode.DONE;
            }
            Thread.sleep(300);
        }
    }
}
