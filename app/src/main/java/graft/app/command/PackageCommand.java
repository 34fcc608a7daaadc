package graft.app.command;

import graft.app.engine.Versions;
import graft.app.image.AppImage;
import graft.file.FileFault;
import graft.file.Folder;
import graft.node.Problem;
import graft.tensor.Memory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code graft package}: Graft with a Java of its own, to hand on. */
@Command(
        name = "package",
        description = {
            "Makes an application that needs neither Java nor Maven: a folder with Graft, its plugins, workflows and texts, libtorch's"
                    + " CPU build and a Java of its own; and, where dpkg-deb and fakeroot are, a Debian package of it.",
            "",
            "It runs on this system and processor. Its Java is a part of the JDK that runs this command, and needs the libraries of the"
                    + " system that this JDK needs."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:made", "2:it cannot be made: nothing was written"},
        footerHeading = "%nExamples:%n",
        footer = {"  graft package", "  graft package --type deb --out packages"})
final class PackageCommand implements Callable<Integer> {

    /** What is made, as people type it. */
    enum Type {
        APP_IMAGE,
        DEB;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static Type of(String typed) {
            return Arrays.stream(values())
                    .filter(type -> type.toString().equals(typed))
                    .findFirst()
                    .orElseThrow(
                            () -> new TypeConversionException("expected app-image or deb but was '" + typed + "'"));
        }
    }

    /** By what people type, and no other name. */
    private static final class TypedType implements ITypeConverter<Type> {
        @Override
        public Type convert(String typed) {
            return Type.of(typed);
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = TypedType.class,
            description = "${COMPLETION-CANDIDATES} (default: app-image, and deb where it can be made).")
    private Type type;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "dist",
            description = "Where to write (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() {
        Path folder = out.toAbsolutePath().normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new Problem("cannot write into " + folder, "it is a file", "name a folder with --out");
        }
        Optional<String> lacks = AppImage.lacksForDebian();
        if (type == Type.DEB && lacks.isPresent()) {
            throw new Problem("cannot make a Debian package", lacks.get(), "install it, or take --type app-image");
        }
        boolean image = type != Type.DEB;
        boolean deb = type == Type.DEB || (type == null && lacks.isEmpty());
        AppImage application = new AppImage(Home.folder(), Path.of(System.getProperty("java.home")), Versions.graft());
        application.check();
        PrintWriter err = spec.commandLine().getErr();
        err.println("graft: making " + (image ? "an application" : "") + (image && deb ? " and " : "")
                + (deb ? "a Debian package" : "") + ", which takes a minute or two ...");
        err.flush();
        List<Path> made = application.make(folder, image, deb);
        PrintWriter stdout = spec.commandLine().getOut();
        made.forEach(each -> stdout.println(each + "  " + Memory.words(bytes(each))));
        if (type == null && !deb) {
            stdout.println("no .deb: " + lacks.orElseThrow() + ".");
        }
        stdout.flush();
        return ExitCode.DONE;
    }

    private static long bytes(Path made) {
        try {
            long sum = 0;
            for (Path each : Folder.tree(made)) {
                sum += Files.isRegularFile(each) ? Files.size(each) : 0;
            }
            return sum;
        } catch (IOException e) {
            throw FileFault.reading(made, e);
        }
    }
}
