package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Setting;
import graft.node.SocketKind;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every node of this plugin promises to the person who uses it. */
class NodesTest {

    @Test
    void thePluginOffersAllItsNodes() throws Exception {
        assertThat(nodes().map(node -> node.getAnnotation(NodeType.class).id()))
                .containsExactlyInAnyOrder(
                        "graft/model/load",
                        "graft/images/folder",
                        "graft/images/load",
                        "graft/images/encode",
                        "graft/images/grid",
                        "graft/images/save",
                        "graft/dataset/caption",
                        "graft/caption/blip",
                        "graft/caption/tags",
                        "graft/caption/edit",
                        "graft/caption/save",
                        "graft/dataset/augment",
                        "graft/dataset/join",
                        "graft/dataset/split",
                        "graft/prompt/encode",
                        "graft/prompt/encode-two",
                        "graft/prompt/schedule",
                        "graft/prompt/wildcards",
                        "graft/model/clip-skip",
                        "graft/images/preview",
                        "graft/latents/empty",
                        "graft/latents/sample",
                        "graft/latents/sample-advanced",
                        "graft/latents/decode",
                        "graft/latents/noise-mask",
                        "graft/latents/inpaint-encode",
                        "graft/latents/upscale",
                        "graft/latents/upscale-by",
                        "graft/mask/load",
                        "graft/conditioning/inpaint",
                        "graft/model/differential",
                        "graft/model/perturbed-attention",
                        "graft/model/freeu",
                        "graft/model/rescale-guidance",
                        "graft/model/perpendicular-negative",
                        "graft/model/self-attention-guidance",
                        "graft/model/hypertile",
                        "graft/image/scale",
                        "graft/image/scale-by",
                        "graft/image/scale-to-pixels",
                        "graft/image/pad",
                        "graft/image/upscale",
                        "graft/upscaler/load",
                        "graft/sampling/reuse-blocks",
                        "graft/conditioning/combine",
                        "graft/conditioning/concatenate",
                        "graft/conditioning/average",
                        "graft/conditioning/area",
                        "graft/conditioning/area-share",
                        "graft/conditioning/mask",
                        "graft/conditioning/range",
                        "graft/conditioning/zero",
                        "graft/control/load",
                        "graft/control/apply",
                        "graft/image/canny",
                        "graft/adapters/stack",
                        "graft/adapters/add-lora",
                        "graft/adapters/add-embedding",
                        "graft/adapters/lora-blocks",
                        "graft/score/model",
                        "graft/score/compare",
                        "graft/score/profile-lora",
                        "graft/score/judge",
                        "graft/score/pictures",
                        "graft/training/loss-plot");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void aWorkflowCanHoldEachNode(Class<? extends Node> node) {
        assertThat(NodeSchema.of(node).id())
                .isEqualTo(node.getAnnotation(NodeType.class).id());
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void eachNodeIsExplained(Class<? extends Node> node) {
        NodeType type = node.getAnnotation(NodeType.class);

        assertThat(type.title()).isNotBlank();
        assertThat(type.help()).endsWith(".");
        assertThat(type.words()).isNotEmpty();
        assertThat(type.category())
                .isIn(
                        "model",
                        "images",
                        "text",
                        "conditioning",
                        "latents",
                        "sampling",
                        "training",
                        "adapters",
                        "output");
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void eachSettingHasHelpARangeAndADefaultWithinIt(Class<? extends Node> node) throws Exception {
        Node fresh = node.getDeclaredConstructor().newInstance();
        for (Field field : fields(node, Setting.class).toList()) {
            Setting setting = field.getAnnotation(Setting.class);
            field.setAccessible(true);
            Object value = field.get(fresh);

            assertThat(setting.help()).as(field.toString()).endsWith(".");
            assertThat(value).as(field.toString()).isNotNull();
            if (value instanceof Number number) {
                assertThat(setting.min()).as(field.toString()).isGreaterThan(Double.NEGATIVE_INFINITY);
                assertThat(number.doubleValue()).as(field.toString()).isBetween(setting.min(), setting.max());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void theFirstScreenIsShort(Class<? extends Node> node) {
        assertThat(fields(node, Setting.class)
                        .filter(field -> !field.getAnnotation(Setting.class).advanced()))
                .hasSizeLessThanOrEqualTo(8);
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void eachSocketHasHelpAndATypeThatWiresCarry(Class<? extends Node> node) {
        fields(node, Input.class).forEach(field -> {
            assertThat(field.getAnnotation(Input.class).help())
                    .as(field.toString())
                    .endsWith(".");
            assertThatCode(() -> SocketKind.of(carried(field)))
                    .as(field.toString())
                    .doesNotThrowAnyException();
        });
        fields(node, Output.class).forEach(field -> {
            assertThat(field.getAnnotation(Output.class).help())
                    .as(field.toString())
                    .endsWith(".");
            assertThatCode(() -> SocketKind.of(carried(field)))
                    .as(field.toString())
                    .doesNotThrowAnyException();
        });
    }

    private static Class<?> carried(Field field) {
        return field.getType() == List.class
                ? (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]
                : field.getType();
    }

    private static Stream<Field> fields(Class<?> node, Class<? extends java.lang.annotation.Annotation> kind) {
        return Arrays.stream(node.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && field.isAnnotationPresent(kind));
    }

    /** The nodes that the plugin archive offers, by PF4J's own index. */
    static Stream<Class<? extends Node>> nodes() throws Exception {
        Path classes = Path.of(SaveImage.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Files.readAllLines(classes.resolve("META-INF/extensions.idx")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(NodesTest::named)
                .filter(Node.class::isAssignableFrom)
                .map(type -> type.asSubclass(Node.class));
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
