package graft.app.image;

import com.formdev.flatlaf.extras.FlatSVGIcon;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.Folder;
import graft.node.Problem;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Makes the application image and the Debian package of one build: with a Java of its own, for this system and processor, in one
 * folder or file.
 *
 * @param checkout the folder of the source, built
 * @param jdk the JDK whose parts the image gets
 * @param version of Graft
 */
public record AppImage(Path checkout, Path jdk, String version) {

    /** Its name, that of its command and of the Debian package. */
    static final String NAME = "graft";

    private static final String DESCRIPTION = "Trains, stacks and samples diffusion models as graphs of nodes";

    /** What the launcher gives Java; a test keeps the two the same. */
    static final List<String> JAVA_OPTIONS =
            List.of("-Xms16m", "-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable");

    private static final int ICON = 256;

    /**
     * Looks whether all is there that an application is made of and with.
     *
     * @throws Problem saying what is missing
     */
    public void check() {
        new AppContent(checkout, version).check();
        JavaTool.of(jdk, "jlink");
        JavaTool.of(jdk, "jpackage");
    }

    /**
     * Makes what is wanted in a folder. Each appears there whole, at the end, or not at all; an image of before is replaced.
     *
     * @param image whether the image itself is wanted
     * @param deb whether the Debian package is
     * @return what was made
     * @throws Problem when something is missing or fails
     */
    public List<Path> make(Path out, boolean image, boolean deb) {
        AppContent content = new AppContent(checkout, version);
        check();
        Path target = out.resolve(system().startsWith("mac") ? NAME + ".app" : NAME);
        if (image && Files.exists(target) && !isImage(target)) {
            throw new Problem(
                    "cannot make the image " + target,
                    "something else of that name is there",
                    "name another folder with --out");
        }
        List<Path> made = new ArrayList<>();
        try (Staging staging = Staging.in(out)) {
            Path built = build(content, staging.folder());
            if (deb) {
                Path file = debian(built, staging.folder());
                made.add(out.resolve(file.getFileName()));
                staging.land(file, out.resolve(file.getFileName()));
            }
            if (image) {
                made.add(0, target);
                staging.land(built, target);
            }
        } catch (IOException e) {
            throw FileFault.writing(out, e);
        }
        return made;
    }

    /** Why there can be no Debian package; empty where there can. */
    public static Optional<String> lacksForDebian() {
        if (!system().startsWith("linux")) {
            return Optional.of("a .deb is made on Debian and its kin only");
        }
        List<String> missing = Stream.of("dpkg-deb", "fakeroot")
                .filter(program -> !onPath(program))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(" and ", missing) + (missing.size() > 1 ? " are" : " is")
                        + " not installed (on Debian: apt-get install dpkg fakeroot)");
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String system() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT);
    }

    private static boolean isImage(Path folder) {
        return Stream.of("lib/app", "app", "Contents/app")
                .anyMatch(app -> Files.isRegularFile(folder.resolve(app).resolve(".jpackage.xml")));
    }

    private static BufferedImage icon() {
        BufferedImage drawn = new BufferedImage(ICON, ICON, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = drawn.createGraphics();
        new FlatSVGIcon("graft/app/editor/icons/graft.svg", ICON, ICON).paintIcon(null, graphics, 0, 0);
        graphics.dispose();
        return drawn;
    }

    private Path build(AppContent content, Path staging) throws IOException {
        Path input = staging.resolve("input");
        content.copyTo(input);
        Path runtime = staging.resolve("java");
        OwnJava.link(jdk, runtime);
        Path icon = staging.resolve("graft.png");
        BufferedImage drawn = icon();
        AtomicFile.write(icon, file -> ImageIO.write(drawn, "png", file));
        JavaTool.run(
                "the application",
                command(
                        input,
                        runtime,
                        staging.resolve("image"),
                        system().startsWith("linux") ? Optional.of(icon) : Optional.empty()));
        Path image = Folder.entries(staging.resolve("image")).get(0);
        if (system().startsWith("linux")) {
            startByScript(image);
        }
        return image;
    }

    /** The command line that makes the image. */
    List<String> command(Path input, Path runtime, Path dest, Optional<Path> icon) {
        List<String> command = jpackage("app-image", dest);
        command.addAll(List.of(
                "--input",
                input.toString(),
                "--main-jar",
                new AppContent(checkout, version).jar(),
                "--main-class",
                "graft.app.command.Graft",
                "--runtime-image",
                runtime.toString()));
        Stream.concat(JAVA_OPTIONS.stream(), Stream.of("-Dgraft.image=true", "-Dgraft.home=$APPDIR"))
                .forEach(option -> command.addAll(List.of("--java-options", option)));
        icon.ifPresent(file -> command.addAll(List.of("--icon", file.toString())));
        return command;
    }

    private List<String> jpackage(String type, Path dest) {
        return new ArrayList<>(List.of(
                JavaTool.of(jdk, "jpackage").toString(),
                "--type",
                type,
                "--name",
                NAME,
                "--app-version",
                version,
                "--vendor",
                "Graft",
                "--description",
                DESCRIPTION,
                "--dest",
                dest.toString()));
    }

    /**
     * Lets Graft's own launcher start the image in place of jpackage's program, which cannot set the environment (glibc's pages),
     * heeds no GRAFT_ variable and does not know the width of the terminal.
     */
    private static void startByScript(Path image) throws IOException {
        Path program = image.resolve("bin").resolve(NAME);
        Files.delete(program);
        copy("start", program);
        if (!program.toFile().setExecutable(true, false)) {
            throw new IOException(program + " cannot be made executable");
        }
        Files.delete(image.resolve("lib/app").resolve(NAME + ".cfg"));
        Files.deleteIfExists(image.resolve("lib/libapplauncher.so"));
    }

    private Path debian(Path image, Path staging) throws IOException {
        Path resources = Files.createDirectories(staging.resolve("resources"));
        copy("postinst", resources.resolve("postinst"));
        copy("prerm", resources.resolve("prerm"));
        copy("graft.desktop", image.resolve("lib/graft.desktop"));
        Path dest = staging.resolve("deb");
        List<String> command = jpackage("deb", dest);
        command.addAll(List.of(
                "--license-file",
                checkout.resolve("LICENSE").toString(),
                "--linux-app-category",
                "graphics",
                "--app-image",
                image.toString(),
                "--resource-dir",
                resources.toString(),
                "--temp",
                staging.resolve("deb-parts").toString()));
        JavaTool.run("the Debian package", command);
        Files.delete(image.resolve("lib/graft.desktop"));
        return Folder.entries(dest).get(0);
    }

    private static void copy(String resource, Path file) throws IOException {
        try (InputStream in = AppImage.class.getResourceAsStream(resource)) {
            Files.copy(Objects.requireNonNull(in), file);
        }
    }
}
