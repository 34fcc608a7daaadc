package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuiltInTest {

    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

    @TempDir
    Path cache;

    @Test
    void listsTheModelsAndTheSampleSets() {
        assertThat(BuiltIn.models()).containsExactly("builtin:emoji-sd");
        assertThat(BuiltIn.visionModels())
                .containsExactly("builtin:emoji-blip", "builtin:emoji-clip", "builtin:emoji-dino");
        assertThat(BuiltIn.sampleSets())
                .hasSize(10)
                .contains("builtin:samples/style-pixel", "builtin:samples/subject-penguin");
    }

    @Test
    void unpacksEveryFileThatShipsAndEveryHashIsRight() {
        Stream.of(BuiltIn.models(), BuiltIn.visionModels(), BuiltIn.sampleSets())
                .flatMap(List::stream)
                .forEach(name -> assertThat(BuiltIn.path(name, cache)).isDirectory());
        assertThat(BuiltIn.path("builtin:samples/style-pixel", cache).resolve("bird.txt"))
                .hasContent("a bird");
        try (SafeTensors unet =
                SafeTensors.open(BuiltIn.path("builtin:emoji-sd", cache).resolve(UNET))) {
            assertThat(unet.names()).contains("conv_in.weight");
        }
    }

    @Test
    void aSecondCallLeavesTheFilesAlone() throws IOException {
        Path file = BuiltIn.path("builtin:emoji-sd", cache).resolve(UNET);
        Object before = Files.getAttribute(file, "basic:lastModifiedTime");
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();

        BuiltIn.path("builtin:emoji-sd", cache);

        assertThat(Files.getAttribute(file, "basic:lastModifiedTime")).isEqualTo(before);
        assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
                .isEqualTo(key);
    }

    @Test
    void aShortenedFileAndAMissingOneArePutRight() throws IOException {
        Path folder = BuiltIn.path("builtin:emoji-sd", cache);
        byte[] right = Files.readAllBytes(folder.resolve(UNET));
        Files.write(folder.resolve(UNET), new byte[100]);
        Files.delete(folder.resolve("vae/config.json"));

        BuiltIn.path("builtin:emoji-sd", cache);

        assertThat(folder.resolve(UNET)).hasBinaryContent(right);
        assertThat(folder.resolve("vae/config.json")).exists();
    }

    @Test
    void aChangedByteIsPutRightThoughTheSizeStays() throws IOException {
        Path file = BuiltIn.path("builtin:emoji-sd", cache).resolve(UNET);
        byte[] right = Files.readAllBytes(file);
        byte[] damaged = right.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(file, damaged);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        BuiltIn.path("builtin:emoji-sd", cache);

        assertThat(file).hasBinaryContent(right);
    }

    /** A class loader of its own shares no lock with the others, like another process. */
    @Test
    void severalProcessesAtOnceGetTheSameWholeFiles() throws Exception {
        URL classes = BuiltIn.class.getProtectionDomain().getCodeSource().getLocation();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Path>> paths = IntStream.range(0, 4)
                    .mapToObj(i -> threads.submit(() -> {
                        try (URLClassLoader other =
                                new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
                            Method path = other.loadClass(BuiltIn.class.getName())
                                    .getDeclaredMethod("path", String.class, Path.class);
                            path.setAccessible(true);
                            return (Path) path.invoke(null, "builtin:samples/subject-crab", cache);
                        }
                    }))
                    .toList();
            for (Future<Path> path : paths) {
                assertThat(ImageFile.list(path.get())).hasSize(5);
            }
        } finally {
            threads.shutdown();
        }
        try (Stream<Path> left = Files.walk(cache)) {
            assertThat(left).noneMatch(file -> file.toString().endsWith(".part"));
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> BuiltIn.path("builtin:emoji-xl", cache))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot find builtin:emoji-xl")
                .hasMessageContaining("builtin:emoji-sd")
                .hasMessageContaining("builtin:samples/style-pixel");
    }

    @Test
    void aCacheThatCannotBeWrittenIsOneSentence() throws IOException {
        Path notAFolder = Files.writeString(cache.resolve("file"), "x");
        assertThatThrownBy(() -> BuiltIn.path("builtin:samples/style-pixel", notAFolder))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot unpack builtin:samples/style-pixel")
                .hasMessageContaining("set GRAFT_CACHE");
    }

    @Test
    void theCacheIsWhereThePlatformKeepsCaches() {
        assertThat(CacheFolder.path(Map.of("GRAFT_CACHE", "/g"), "Linux", "/a")).isEqualTo(Path.of("/g"));
        assertThat(CacheFolder.path(Map.of(), "Linux", "/a")).isEqualTo(Path.of("/a/.cache/graft"));
        assertThat(CacheFolder.path(Map.of("XDG_CACHE_HOME", "/x"), "Linux", "/a"))
                .isEqualTo(Path.of("/x/graft"));
        assertThat(CacheFolder.path(Map.of(), "Mac OS X", "/Users/a"))
                .isEqualTo(Path.of("/Users/a/Library/Caches/graft"));
        assertThat(CacheFolder.path(Map.of("LOCALAPPDATA", "C:/l"), "Windows 11", "C:/Users/a"))
                .isEqualTo(Path.of("C:/l/Graft/cache"));
    }
}
