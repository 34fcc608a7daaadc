package graft.app.plugin;

import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What an archive is, found before anything in it runs.
 *
 * @param nodes ids of the nodes that it offers, as its class files say
 * @param offered what it offers besides nodes
 * @param signer who signed it; empty when nobody did
 * @param doubts what is weak or out of date of its signature, a clause each
 * @param sha512 of the archive, in hexadecimal
 * @param bytes of the archive
 * @param unpacked bytes of what is in it
 */
public record PluginInspection(
        Path archive,
        PluginManifest manifest,
        List<String> nodes,
        List<OfferedExtension> offered,
        Optional<Signer> signer,
        List<String> doubts,
        String sha512,
        long bytes,
        long unpacked) {

    private static final long MEBIBYTE = 1L << 20;
    private static final long MOST_BYTES = 512 * MEBIBYTE;
    private static final long MOST_UNPACKED = 2048 * MEBIBYTE;
    private static final int MOST_ENTRIES = 50_000;

    /** How many times its packed size an entry may take; text packs to a twentieth at most, a bomb to a thousandth. */
    private static final int MOST_RATIO = 200;

    /** By it Java's class loaders find other archives, which nobody has looked at. */
    private static final String INDEX = "META-INF/INDEX.LIST";

    private static final String LIST = "META-INF/extensions.idx";

    /**
     * Looks at all of an archive.
     *
     * @throws Problem saying what is wrong with it
     */
    public static PluginInspection of(Path archive) {
        String name = archive.toAbsolutePath().getFileName().toString();
        if (Files.isDirectory(archive)) {
            throw noArchive(archive, "it is a folder");
        }
        try {
            if (Files.size(archive) > MOST_BYTES) {
                throw refused(name, "it is larger than " + MOST_BYTES / MEBIBYTE + " MiB");
            }
            String sha512 = Sha512.of(archive);
            try (JarFile jar = new JarFile(archive.toFile(), true, ZipFile.OPEN_READ, Runtime.version())) {
                long unpacked = entries(jar, name);
                Optional<Signer> signer = Signer.of(jar);
                List<String> doubts = signer.isPresent() ? SignatureDoubts.of(jar) : List.of();
                PluginManifest manifest = manifest(jar);
                return new PluginInspection(
                        archive,
                        manifest,
                        nodes(jar),
                        OfferedClasses.of(jar, listed(jar)),
                        signer,
                        doubts,
                        sha512,
                        Files.size(archive),
                        unpacked);
            }
        } catch (NoSuchFileException e) {
            throw new Problem("cannot read " + archive, "there is no such file", "check its name and folder")
                    .causedBy(e);
        } catch (ZipException e) {
            throw (name.endsWith(".jar")
                            ? refused(name, "it is no jar, or a broken one")
                            : noArchive(archive, "it is no jar"))
                    .causedBy(e);
        } catch (IOException e) {
            throw refused(name, "it cannot be read (" + FileFault.why(e) + ")").causedBy(e);
        } catch (Signer.Unsound e) {
            throw refused(name, e.getMessage()).causedBy(e);
        } catch (SecurityException e) {
            throw refused(name, "it was changed after it was signed").causedBy(e);
        } catch (IllegalArgumentException e) {
            throw refused(name, e.getMessage()).causedBy(e);
        }
    }

    /** What an installed archive offers besides nodes, by name; nothing of one that cannot be read. */
    static List<String> choices(Path archive) {
        try (JarFile jar = new JarFile(archive.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            return OfferedClasses.of(jar, listed(jar)).stream()
                    .map(OfferedExtension::name)
                    .toList();
        } catch (IOException | IllegalArgumentException unreadable) {
            return List.of();
        }
    }

    /** Where an archive is asked for and something else is given: a source, or the project's folder. */
    public static Problem noArchive(Path given, String why) {
        return new Problem(
                "cannot take " + given + " for a plugin's archive",
                why,
                "give the jar that `graft plugins pack` writes below target/");
    }

    static Problem refused(String archive, String why) {
        return new Problem("the plugin " + archive + " is refused", why, "get a sound one from its provider");
    }

    /** @throws Problem when it may be loaded but lacks what an installed one has to say */
    public void checkComplete() {
        manifest.missing().ifPresent(missing -> {
            throw new Problem(
                    "the plugin " + archive.getFileName() + " is refused",
                    "its manifest does not say " + missing,
                    "ask its provider to add it");
        });
    }

    /** @throws Problem when it was made for other versions of Graft */
    public void checkWorksWith(String graft) {
        if (!manifest.worksWith(graft)) {
            throw new Problem(
                    "the plugin " + manifest.name() + " is refused",
                    "it needs Graft " + manifest.requires() + ", and this is " + graft,
                    "update Graft, or take another version of the plugin");
        }
    }

    /** @throws Problem when the checksum is not the one that was promised */
    public void checkSha512(String promised) {
        if (!Sha512.isOne(promised)) {
            throw new Problem(
                    "the plugin " + archive.getFileName() + " is refused",
                    "\"" + promised + "\" is no SHA-512, which has 128 hexadecimal digits",
                    "ask its provider for the right one");
        }
        if (!promised.toLowerCase(Locale.ROOT).equals(sha512)) {
            throw new Problem(
                    "the plugin " + archive.getFileName() + " is refused",
                    "its SHA-512 is " + sha512.substring(0, 16) + "… and " + promised.substring(0, 16)
                            + "… was promised",
                    "fetch it again; if that does not help, tell its provider that somebody changed it");
        }
    }

    /** Looks at the names and sizes of all entries; their sizes as they really unpack. */
    private static long entries(JarFile jar, String name) throws IOException {
        Set<String> seen = new HashSet<>();
        long all = 0;
        byte[] buffer = new byte[1 << 16];
        for (JarEntry entry : Collections.list(jar.entries())) {
            checkName(entry.getName());
            if (entry.getName().equalsIgnoreCase(INDEX)) {
                throw new IllegalArgumentException("its " + INDEX + " names archives to load classes from");
            }
            if (!seen.add(entry.getName())) {
                throw new IllegalArgumentException("it holds " + entry.getName() + " twice");
            }
            if (seen.size() > MOST_ENTRIES) {
                throw new IllegalArgumentException("it holds more than " + MOST_ENTRIES + " files");
            }
            long unpacked = 0;
            try (InputStream in = jar.getInputStream(entry)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    unpacked += read;
                    if (unpacked > MEBIBYTE && unpacked / MOST_RATIO > entry.getCompressedSize()) {
                        throw new IllegalArgumentException("its file " + entry.getName() + " unpacks to more than "
                                + MOST_RATIO + " times its size, as a zip bomb does");
                    }
                    if (all + unpacked > MOST_UNPACKED) {
                        throw new IllegalArgumentException(
                                "it unpacks to more than " + MOST_UNPACKED / MEBIBYTE + " MiB");
                    }
                }
            }
            all += unpacked;
        }
        if (seen.isEmpty()) {
            throw refused(name, "it is empty");
        }
        return all;
    }

    private static void checkName(String entry) {
        boolean outside = entry.startsWith("/")
                || entry.contains("\\")
                || entry.matches("[A-Za-z]:.*")
                || List.of(entry.split("/", -1)).contains("..")
                || entry.indexOf('\0') >= 0;
        if (outside) {
            throw new IllegalArgumentException("its file \"" + entry + "\" would land outside its folder");
        }
    }

    private static PluginManifest manifest(JarFile jar) throws IOException {
        Manifest manifest = jar.getManifest();
        if (manifest == null) {
            throw new IllegalArgumentException("it has no manifest, so it is no plugin");
        }
        String further = manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
        if (further != null && !further.isBlank()) {
            throw new IllegalArgumentException(
                    "its manifest names archives to load classes from (Class-Path); every library travels in its own");
        }
        return PluginManifest.of(manifest);
    }

    /** The nodes among the classes that the archive lists. */
    private static List<String> nodes(JarFile jar) throws IOException {
        List<String> nodes = new ArrayList<>();
        for (String type : listed(jar)) {
            JarEntry entry = jar.getJarEntry(type.replace('.', '/') + ".class");
            if (entry == null) {
                throw new IllegalArgumentException(LIST + " in it lists " + type + ", which is not there");
            }
            try (InputStream in = jar.getInputStream(entry)) {
                new ClassFile(in.readAllBytes())
                        .annotated("Lgraft/node/NodeType;", "id")
                        .ifPresent(nodes::add);
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException("its class " + type + " is broken: " + malformed.getMessage());
            }
        }
        Set<String> once = new HashSet<>();
        for (String node : nodes) {
            if (!once.add(node)) {
                throw new IllegalArgumentException("two classes in it offer the node " + ForeignText.quoted(node));
            }
        }
        return List.copyOf(nodes);
    }

    /** The classes that the annotation processor of PF4J listed when the archive was built. */
    private static Collection<String> listed(JarFile jar) throws IOException {
        JarEntry list = jar.getJarEntry(LIST);
        if (list == null) {
            return List.of();
        }
        try (InputStream in = jar.getInputStream(list)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .distinct()
                    .toList();
        }
    }
}
