package graft.app.image;

import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What lies in the application's folder of an image, the home that the launcher names there: application, libraries, libtorch's CPU
 * natives, the plugins that the build made, workflows, texts and licences.
 *
 * @param checkout the folder that a build left everything in
 * @param version of Graft
 */
record AppContent(Path checkout, String version) {

    private static final Pattern LICENCE =
            Pattern.compile("(.*/)?(LICENSE|LICENCE|NOTICE|COPYING|ATTRIBUTION)[^/]*", Pattern.CASE_INSENSITIVE);

    private static final List<String> TEXTS = List.of(
            "README.md",
            "CHANGELOG.md",
            "SECURITY.md",
            "LICENSE",
            "docs",
            "workflows",
            "app/screenshots",
            "plugins/README.md");

    String jar() {
        return "app-" + version + ".jar";
    }

    /**
     * Looks whether a build left all of it.
     *
     * @throws Problem saying what is missing
     */
    void check() {
        Path built = checkout.resolve("app/target");
        if (!Files.isRegularFile(built.resolve(jar())) || !Files.isDirectory(built.resolve("lib"))) {
            throw new Problem(
                    "cannot make an application",
                    checkout + " holds no build of Graft's source",
                    "start `./graft package` in the folder of the source");
        }
        if (!Files.isDirectory(built.resolve("natives"))) {
            throw new Problem(
                    "cannot make an application",
                    "the build left libtorch's CPU natives out, of " + built.resolve("natives"),
                    "build it once with `mvn -DskipTests package`, without -Pcuda");
        }
    }

    /** Copies it into a folder, which is made. */
    void copyTo(Path folder) throws IOException {
        Path built = checkout.resolve("app/target");
        copy(built.resolve(jar()), folder.resolve(jar()));
        copy(built.resolve("lib"), folder.resolve("lib"));
        copy(built.resolve("natives"), folder.resolve("natives"));
        for (Path jar : Folder.entries(checkout.resolve("plugins"))) {
            String name = jar.getFileName().toString();
            Path sum = checkout.resolve("plugins/bundled").resolve(name + ".sha512");
            // An archive that no build made was put there by hand.
            if (name.endsWith(".jar") && Files.exists(sum)) {
                copy(jar, folder.resolve("plugins").resolve(name));
                copy(sum, folder.resolve("plugins/bundled").resolve(name + ".sha512"));
            }
        }
        for (String text : TEXTS) {
            copy(checkout.resolve(text), folder.resolve(text));
        }
        // Shown by the IDEs of people who write plugins.
        for (String ending : List.of("-sources.jar", "-javadoc.jar")) {
            Path jar = Path.of("node-api", "target", "node-api-" + version + ending);
            if (Files.exists(checkout.resolve(jar))) {
                copy(checkout.resolve(jar), folder.resolve(jar));
            }
        }
        String launcher = JavaTool.windows() ? "graft.cmd" : "graft";
        copy(checkout.resolve(launcher), folder.resolve(launcher));
        licences(folder);
    }

    private static void licences(Path folder) throws IOException {
        Path licences = Files.createDirectories(folder.resolve("licenses"));
        try (InputStream table = AppContent.class.getResourceAsStream("libraries.md")) {
            Files.copy(Objects.requireNonNull(table), licences.resolve("README.md"));
        }
        for (Path jar : Folder.entries(folder.resolve("lib"))) {
            String library = artifact(jar);
            try (ZipFile open = new ZipFile(jar.toFile())) {
                for (ZipEntry entry : open.stream().toList()) {
                    String name = entry.getName();
                    if (LICENCE.matcher(name).matches()
                            && !name.toLowerCase(Locale.ROOT).endsWith(".class")) {
                        Path text = licences.resolve(library).resolve(name.substring(name.lastIndexOf('/') + 1));
                        Files.createDirectories(text.getParent());
                        try (InputStream in = open.getInputStream(entry)) {
                            Files.copy(in, text, StandardCopyOption.REPLACE_EXISTING);
                        }
                    }
                }
            }
        }
    }

    /** A jar's name without its version. */
    static String artifact(Path jar) {
        return jar.getFileName().toString().replaceFirst("-\\d.*", "");
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path each : Folder.tree(from)) {
            Path target = to.resolve(from.relativize(each).toString());
            Files.createDirectories(Files.isDirectory(each) ? target : target.getParent());
            if (!Files.isDirectory(each)) {
                Files.copy(each, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
